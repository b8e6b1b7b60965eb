import type { StorageCheck } from '@borgo/api'
import { Button, Skeleton, Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'

const checkQuery = queryOptions({
  queryKey: ['storage', 'check'],
  queryFn: ({ signal }) => client.storage.lastCheck({ signal }),
  // The last figures of a check that ends between two events.
  refetchInterval: ({ state }) => (state.data?.state === 'running' ? 2_000 : false)
})

/** Whether all records are as they were written; damaged ones come again from other members. */
export function CheckSection() {
  const { t } = useTranslation('admin')
  const queries = useQueryClient()
  const check = useQuery(checkQuery)
  useEvent('storage', state => queries.setQueryData(checkQuery.queryKey, state))
  const start = useMutation({
    mutationFn: () => client.storage.check(),
    onSuccess: state => queries.setQueryData(checkQuery.queryKey, state)
  })
  const isRunning = check.data?.state === 'running'
  return (
    <Section
      title={t('check.title')}
      intro={t('check.intro')}
      actions={
        <Button variant="default" onClick={() => start.mutate()} loading={start.isPending} disabled={isRunning}>
          {t('check.start')}
        </Button>
      }
    >
      {check.isPending && <Skeleton height={40} />}
      {check.isError && <ErrorNotice error={check.error} onRetry={() => void check.refetch()} />}
      {start.isError && <ErrorNotice error={start.error} />}
      <div aria-live="polite">{check.data && <Outcome check={check.data} />}</div>
    </Section>
  )
}

function Outcome({ check }: { check: StorageCheck }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const { checked, damaged, error = '', finishedAt, state, total } = check
  const figures = { checked: format.number(checked), total: format.number(total), damaged: format.number(damaged) }
  if (state === 'never') return <Text c="dimmed">{t('check.never')}</Text>
  if (state === 'running')
    return <ProgressRow label={t('check.running')} done={checked} total={total} detail={t('check.done', figures)} />
  return (
    <Text c={state === 'failed' || damaged > 0 ? 'var(--mantine-color-error)' : undefined}>
      {state === 'failed' && t('check.failed', { error })}
      {state === 'done' && (damaged === 0 ? t('check.whole', figures) : t('check.damaged', figures))}{' '}
      {finishedAt !== undefined && (
        <Text span c="dimmed" fz="sm">
          <RelativeTime at={finishedAt} />
        </Text>
      )}
    </Text>
  )
}
