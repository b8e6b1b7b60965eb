import type { Registration } from '@borgo/api'
import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useFormat } from '../../i18n/format.ts'
import { NameData } from './name-data.tsx'
import { NameDialog } from './name-dialog.tsx'
import { useNameChange } from './name-queries.ts'
import styles from './names.module.css'
import { PlaceBadge } from './place-badge.tsx'

/** The names of this device and how they stand. */
export function OwnNames({ names }: { names: Registration[] }) {
  const { t } = useTranslation('names')
  const sorted = names.toSorted((a, b) => a.label.localeCompare(b.label) || keyOf(a).localeCompare(keyOf(b)))
  return (
    <Section title={t('own.title', { count: names.length })} intro={t('own.intro')}>
      <ul className={rows.rows} aria-label={t('own.list')}>
        {sorted.map(name => (
          <OwnName key={keyOf(name)} name={name} />
        ))}
      </ul>
    </Section>
  )
}

function keyOf({ label, scope, group = '' }: Registration): string {
  return `${scope} ${group} ${label}`
}

function OwnName({ name }: { name: Registration }) {
  const { t } = useTranslation('names')
  const [isChanging, changing] = useDisclosure(false)
  const { label, comment, data } = name
  return (
    <li className={rows.row}>
      <div className={rows.what}>
        <Group gap="xs">
          <Text fw={600} className={styles.label ?? ''}>
            {label}
          </Text>
          <PlaceBadge scope={name.scope} group={name.group} />
        </Group>
        {comment !== '' && <Text className={styles.label ?? ''}>{comment}</Text>}
        <NameData data={data} label={label} />
        <State name={name} />
        <CopyField value={name.name} label={t('name', { label })} keep={12} />
      </div>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          onClick={changing.open}
          aria-label={t('change.name', { label, place: t(`scope.${name.scope}`) })}
        >
          {t('change.open')}
        </Button>
        <Withdraw name={name} />
      </Group>
      <NameDialog now={name} isOpen={isChanging} onClose={changing.close} />
    </li>
  )
}

/** In one line: whether others know it, and how long without hearing of it again. */
function State({ name: { announcedAt, expiresAt, holders, scope } }: { name: Registration }) {
  const { t } = useTranslation('names')
  const format = useFormat()
  const isTaken = announcedAt !== undefined && (scope !== 'global' || holders > 0)
  return (
    <Text fz="sm" c={isTaken ? 'dimmed' : 'var(--mantine-color-lamp-text)'}>
      {announcedAt === undefined && t('state.waiting')}
      {announcedAt !== undefined && !isTaken && t('state.alone')}
      {isTaken && (
        <>
          {scope === 'global' ? t('state.held', { count: holders }) : t(`state.${scope}`)} · {t('state.announced')}{' '}
          <RelativeTime at={announcedAt} />
          {expiresAt !== undefined &&
            scope !== 'link' &&
            ` · ${t('state.until', { time: format.dateTime(expiresAt) })}`}
        </>
      )}
    </Text>
  )
}

function Withdraw({ name: { label, scope, group } }: { name: Registration }) {
  const { t } = useTranslation('names')
  const [isAsking, asking] = useDisclosure(false)
  const withdraw = useNameChange(
    () => client.names.withdraw({ query: { label, scope, ...(group !== undefined && { group }) } }),
    asking.close
  )
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={asking.open}
        aria-label={t('withdraw.name', { label, place: t(`scope.${scope}`) })}
      >
        {t('withdraw.open')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('withdraw.title', { label })}
        action={t('withdraw.open')}
        onConfirm={() => withdraw.mutate()}
        isBusy={withdraw.isPending}
        error={withdraw.error}
      >
        {t('withdraw.body')}
      </ConfirmDialog>
    </>
  )
}
