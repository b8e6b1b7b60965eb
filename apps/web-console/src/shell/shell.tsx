import { Alert, AppShell, Badge, Burger, Group, Kbd, NavLink, ScrollArea, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconPlugConnectedX, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation } from 'react-router'
import { useLiveContacts } from '../components/contact-queries.ts'
import { useLiveGroups } from '../components/group-queries.ts'
import { Skyline } from '../components/skyline.tsx'
import { useLiveActivities, useRinging } from '../pages/activities/activity-queries.ts'
import { useLiveChat } from '../pages/chat/chat-queries.ts'
import { areas, type Area } from './areas.ts'
import { Logo } from './logo.tsx'
import { healthQuery, statusQuery, useLiveStatus } from './node-queries.ts'
import { OwnPresence } from './own-presence.tsx'
import styles from './shell.module.css'
import { useTrafficRecorder } from './traffic.ts'
import { useIdleReport } from './use-idle-report.ts'

/** Loads while the first page is already there. */
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))
/** Loads when somebody invites. */
const Ringing = lazy(async () => ({ default: (await import('../pages/activities/ringing.tsx')).Ringing }))
/** Loads when it is opened. */
const PresenceDialog = lazy(async () => ({
  default: (await import('../pages/people/presence-dialog.tsx')).PresenceDialog
}))
const PALETTE_KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'

/** The frame around every page: navigation, who one is, the palette, and whether the node is there. */
export function Shell() {
  const { t } = useTranslation()
  const [isMenuOpen, menu] = useDisclosure(false)
  const [isPaletteOpen, palette] = useDisclosure(false)
  const [isPresenceOpen, presence] = useDisclosure(false)
  const health = useQuery(healthQuery)
  useHotkeys([['mod+K', palette.toggle]], [])
  useLiveStatus()
  useLiveGroups()
  useLiveContacts()
  useLiveChat()
  useLiveActivities()
  const ringing = useRinging()
  useTrafficRecorder()
  useIdleReport()

  return (
    <AppShell
      header={{ height: 56, collapsed: false }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
      classNames={{ header: styles.header ?? '', navbar: styles.navbar ?? '', main: styles.main ?? '' }}
    >
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      <Suspense>{ringing.length > 0 && <Ringing activities={ringing} />}</Suspense>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              size="sm"
              aria-label={isMenuOpen ? t('closeMenu') : t('openMenu')}
              aria-expanded={isMenuOpen}
            />
            <Brand />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <AppShell.Section p="md" visibleFrom="sm">
          <Brand />
        </AppShell.Section>
        <AppShell.Section px="sm" pt={{ base: 'sm', sm: 0 }} pb="sm">
          <UnstyledButton className={styles.search} onClick={palette.open}>
            <IconSearch size={16} aria-hidden />
            <Text span fz="sm" style={{ flex: 1 }}>
              {t('goTo')}
            </Text>
            <Kbd size="xs" visibleFrom="sm">
              {PALETTE_KEYS}
            </Kbd>
          </UnstyledButton>
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} px="sm">
          <Navigation onNavigate={menu.close} />
        </AppShell.Section>
        <AppShell.Section>
          <Village onPresence={presence.open} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div className={styles.page}>
          {health.isError && (
            <Alert
              role="status"
              color="lamp"
              icon={<IconPlugConnectedX aria-hidden />}
              title={t('silent.title')}
              mb="lg"
            >
              {t('silent.body')}
            </Alert>
          )}
          <Outlet />
        </div>
      </AppShell.Main>
      <Suspense>{isPresenceOpen && <PresenceDialog onClose={presence.close} />}</Suspense>
      <Suspense>
        <Palette isOpen={isPaletteOpen} onClose={palette.close} />
      </Suspense>
    </AppShell>
  )
}

function Brand() {
  return (
    <Link to="/" className={styles.brand}>
      <Logo size={34} />
      <span>Borgo</span>
    </Link>
  )
}

function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <nav aria-label={t('nav.label')}>
      {areas.map(area => {
        const isHere =
          area.path === '/' ? pathname === '/' : pathname === area.path || pathname.startsWith(`${area.path}/`)
        return (
          <NavLink
            key={area.name}
            component={Link}
            to={area.path}
            onClick={onNavigate}
            active={isHere}
            aria-current={isHere ? 'page' : undefined}
            label={t(`nav.${area.name}`)}
            leftSection={<area.icon size={20} stroke={1.6} aria-hidden />}
            rightSection={area.useCount && <Waiting useCount={area.useCount} />}
            className={styles.link}
          />
        )
      })}
    </nav>
  )
}

function Waiting({ useCount }: Required<Pick<Area, 'useCount'>>) {
  const { t } = useTranslation()
  const count = useCount()
  if (count === 0) return null
  return (
    <Badge variant="filled" size="sm" role="img" aria-label={t('waiting', { count })}>
      {count}
    </Badge>
  )
}

/** The foot of the navigation: this person, and the village with a lit window for everyone who is in. */
function Village({ onPresence }: { onPresence: () => void }) {
  const { t } = useTranslation()
  const { data } = useQuery(statusQuery)
  if (!data) return null
  return (
    <div className={styles.village}>
      <div className={styles.self}>
        <OwnPresence identity={data.identity} onClick={onPresence} />
        <Text fz="xs" c="dimmed" mt={4}>
          {t('neighbours', { count: data.peers })}
        </Text>
      </div>
      <Skyline houses={data.peers + 1} />
    </div>
  )
}
