import type { Sharing } from '@borgo/api'
import { Group, NumberInput, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import styles from './compute.module.css'
import { sandboxQuery, sharingQuery } from './compute-queries.ts'

const SLOTS_MAX = 256

/** Whether and with how much this computer works for others, what it does now, and what holds modules in. */
export function SharingSection() {
  const { t } = useTranslation('compute')
  const sharing = useQuery(sharingQuery)
  return (
    <Section title={t('sharing.title')} intro={t('sharing.intro')}>
      {sharing.isPending && <Skeleton height={80} />}
      {sharing.isError && <ErrorNotice error={sharing.error} onRetry={() => void sharing.refetch()} />}
      {sharing.data && <Choice sharing={sharing.data} />}
      <Sandbox />
    </Section>
  )
}

function Choice({ sharing }: { sharing: Sharing }) {
  const { t } = useTranslation('compute')
  const queries = useQueryClient()
  const share = useMutation({
    mutationFn: (body: { on?: boolean; slots?: number }) => client.compute.share({ body }),
    onSuccess: next => queries.setQueryData(sharingQuery.queryKey, next)
  })
  const { on, slots, work } = sharing
  return (
    <Stack gap="md">
      <Group align="flex-start" gap="xl">
        <Switch
          checked={on}
          disabled={share.isPending}
          onChange={event => share.mutate({ on: event.currentTarget.checked })}
          label={t('sharing.on')}
          description={on ? t('sharing.isOn') : t('sharing.isOff')}
        />
        <NumberInput
          // What the node answers is shown again, also when it was changed elsewhere.
          key={slots}
          defaultValue={slots}
          min={1}
          max={SLOTS_MAX}
          allowDecimal={false}
          clampBehavior="strict"
          label={t('sharing.slots')}
          description={t('sharing.slotsHint')}
          maw={220}
          onBlur={event => {
            const chosen = Number(event.currentTarget.value)
            if (chosen >= 1 && chosen !== slots) share.mutate({ slots: chosen })
          }}
        />
      </Group>
      {share.isError && <ErrorNotice error={share.error} />}
      {on && work.length === 0 && (
        <Text fz="sm" c="dimmed">
          {t('sharing.idle')}
        </Text>
      )}
      {work.length > 0 && (
        <ul className={styles.plain ?? ''} aria-label={t('sharing.work')}>
          {work.map(({ device, job, name, parts, running, title }) => (
            <li key={job + device}>
              <Text fz="sm">
                {t('sharing.for', { title, name: name ?? device })} · {t('parts', { count: parts })}
                {running > 0 && ` · ${t('sharing.running', { count: running })}`}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  )
}

const LAYERS = ['process', 'permissions', 'data-limit', 'low-priority', 'namespaces'] as const

function Sandbox() {
  const { t } = useTranslation('compute')
  const { data, isSuccess } = useQuery(sandboxQuery)
  if (!isSuccess) return null
  const stands = LAYERS.filter(layer => data.layers.includes(layer))
  return (
    <Text fz="sm" c="dimmed" mt="md">
      {t('sandbox.stands', { layers: stands.map(layer => t(`sandbox.${layer}`)).join(', ') })}
      {!data.layers.includes('namespaces') && ` ${t('sandbox.without')}`}
    </Text>
  )
}
