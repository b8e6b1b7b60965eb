import { Modal, Text, TextInput, useMantineColorScheme } from '@mantine/core'
import {
  IconBell,
  IconColorSwatch,
  IconDatabase,
  IconDevicesPlus,
  IconEye,
  IconId,
  IconKey,
  IconLink,
  IconPlus,
  IconSearch,
  IconUserPlus,
  IconUsersGroup,
  IconWifi,
  type Icon
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { groupsQuery } from '../components/group-queries.ts'
import { areas } from './areas.ts'
import styles from './palette.module.css'

/** What the search takes. */
const MOST_CHARACTERS = 512

interface Entry {
  id: string
  label: string
  kind: string
  icon: Icon
  run: () => void
}

/** Case and accents do not matter: `caffe` finds Caffè. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Everywhere one can go and a few things to do, by typing a part of the name; what is typed can be searched for. Opens with Ctrl-K (⌘-K). */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('palette.title')}
      size="lg"
      yOffset="12dvh"
      centered={false}
      padding={0}
      classNames={{ header: styles.header ?? '', title: styles.title ?? '' }}
      withCloseButton={false}
    >
      <Choices onDone={onClose} />
    </Modal>
  )
}

function Choices({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const list = useId()
  const navigate = useNavigate()
  const words = text.trim()
  const entries = useEntries().filter(entry => folded(entry.label).includes(folded(words)))
  if (words !== '')
    entries.push({
      id: 'found',
      label: t('palette.find', { words }),
      kind: t('palette.actions'),
      icon: IconSearch,
      run: () => void navigate(`/search?${new URLSearchParams({ q: words })}`)
    })
  const current = Math.min(active, entries.length - 1)

  const choose = (entry: Entry | undefined): void => {
    if (!entry) return
    onDone()
    entry.run()
  }
  const steer = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (step === undefined) choose(entries[current])
    else if (entries.length > 0) setActive((current + step + entries.length) % entries.length)
  }

  return (
    <>
      <TextInput
        variant="unstyled"
        size="lg"
        px="md"
        leftSection={<IconSearch size={20} aria-hidden />}
        aria-label={t('palette.placeholder')}
        placeholder={t('palette.placeholder')}
        value={text}
        maxLength={MOST_CHARACTERS}
        onChange={event => {
          setText(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={steer}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={entries[current] && `${list}-${entries[current].id}`}
        data-autofocus
      />
      <ul id={list} role="listbox" aria-label={t('palette.title')} className={styles.list}>
        {entries.map((entry, index) => (
          <li
            key={entry.id}
            id={`${list}-${entry.id}`}
            ref={element => {
              if (index === current) element?.scrollIntoView({ block: 'nearest' })
            }}
            role="option"
            aria-selected={index === current}
            className={styles.option}
            onClick={() => choose(entry)}
            onPointerMove={() => setActive(index)}
          >
            <entry.icon size={18} aria-hidden />
            <span className={styles.label}>{entry.label}</span>
            <Text span fz="xs" c="dimmed">
              {entry.kind}
            </Text>
          </li>
        ))}
      </ul>
    </>
  )
}

function useEntries(): Entry[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const { data: groups = [] } = useQuery(groupsQuery)
  const go = (path: string) => () => void navigate(path)
  return [
    ...areas.map(area => ({
      id: area.name,
      label: t(`nav.${area.name}`),
      kind: t('palette.areas'),
      icon: area.icon,
      run: go(area.path)
    })),
    ...groups
      .filter(group => group.kind === 'shared')
      .map(group => ({
        id: group.id,
        label: group.name,
        kind: t('palette.groups'),
        icon: IconUsersGroup,
        run: go(`/groups/${group.id}`)
      })),
    {
      id: 'search',
      label: t('palette.search'),
      kind: t('palette.actions'),
      icon: IconSearch,
      run: go('/search')
    },
    {
      id: 'new',
      label: t('palette.newGroup'),
      kind: t('palette.actions'),
      icon: IconPlus,
      run: go('/groups?do=create')
    },
    {
      id: 'join',
      label: t('palette.joinGroup'),
      kind: t('palette.actions'),
      icon: IconLink,
      run: go('/groups?do=join')
    },
    {
      id: 'workspace-new',
      label: t('palette.newWorkspace'),
      kind: t('palette.actions'),
      icon: IconPlus,
      run: go('/workspace?do=create')
    },
    {
      id: 'contact-add',
      label: t('palette.addContact'),
      kind: t('palette.actions'),
      icon: IconUserPlus,
      run: go('/people?do=add')
    },
    {
      id: 'card',
      label: t('palette.myCard'),
      kind: t('palette.actions'),
      icon: IconId,
      run: go('/people?do=card')
    },
    {
      id: 'invite',
      label: t('palette.invite'),
      kind: t('palette.actions'),
      icon: IconBell,
      run: go('/people/activities?do=invite')
    },
    {
      id: 'show',
      label: t('palette.show'),
      kind: t('palette.actions'),
      icon: IconEye,
      run: go('/people/shown?do=publish')
    },
    {
      id: 'near',
      label: t('palette.near'),
      kind: t('palette.actions'),
      icon: IconWifi,
      run: go('/people/near')
    },
    {
      id: 'storage',
      label: t('palette.storage'),
      kind: t('palette.actions'),
      icon: IconDatabase,
      run: go('/admin/storage')
    },
    {
      id: 'device',
      label: t('palette.linkDevice'),
      kind: t('palette.actions'),
      icon: IconDevicesPlus,
      run: go('/people/devices')
    },
    {
      id: 'key',
      label: t('palette.key'),
      kind: t('palette.actions'),
      icon: IconKey,
      run: go('/people/recovery')
    },
    ...(['light', 'dark', 'auto'] as const).map(scheme => ({
      id: scheme,
      label: t(`palette.${scheme}`),
      kind: t('palette.actions'),
      icon: IconColorSwatch,
      run: () => setColorScheme(scheme)
    }))
  ]
}
