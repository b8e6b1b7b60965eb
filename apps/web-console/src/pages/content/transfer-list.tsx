import { ApiError, type Transfer } from '@borgo/api'
import { ActionIcon, Group, Stack, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ByteSize } from '../../components/byte-size.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import { Section } from '../../components/section.tsx'
import { useErrorText } from '../../errors/error-text.ts'
import { useFormat } from '../../i18n/format.ts'
import styles from './content.module.css'
import { transfersQuery } from './content-queries.ts'

/** Finished transfers that stay in sight. */
const DONE_SHOWN = 5

/** The transfers of this node, or those of one content, that are not done, and the latest that are. */
export function TransferList({ cid }: { cid?: string }) {
  const { t } = useTranslation('content')
  const transfers = useQuery(transfersQuery)
  if (transfers.isError) return <ErrorNotice error={transfers.error} onRetry={() => void transfers.refetch()} />
  const own = transfers.data?.filter(transfer => cid === undefined || transfer.cid === cid) ?? []
  const open = own.filter(({ state }) => state !== 'done')
  const done = own.filter(({ state }) => state === 'done').slice(0, DONE_SHOWN)
  const shown = [...open, ...done]
  if (shown.length === 0) return null
  return (
    <Section title={t('transfers.title')}>
      <Stack component="ul" gap="md" className={styles.plain ?? ''}>
        {shown.map(transfer => (
          <li key={transfer.id}>
            <TransferRow transfer={transfer} />
          </li>
        ))}
      </Stack>
    </Section>
  )
}

function TransferRow({ transfer }: { transfer: Transfer }) {
  const { bytes, doneBytes, name, phase, state } = transfer
  return (
    <ProgressRow
      label={name}
      done={doneBytes}
      total={phase === 'listing' || phase === 'queued' ? undefined : bytes}
      state={state}
      detail={<Details transfer={transfer} />}
      actions={<Actions transfer={transfer} />}
    />
  )
}

function Details({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation('content')
  const format = useFormat()
  const { bytes, bytesPerSecond, doneBytes, error, etaMs, phase, sources, state, target } = transfer
  if (error) return <Failure error={error} />
  if (state === 'done')
    return (
      <>
        <ByteSize bytes={bytes} /> · <span className={styles.path}>{target}</span>
      </>
    )
  return (
    <>
      <ByteSize bytes={doneBytes} /> / <ByteSize bytes={bytes} />
      {' · '}
      {t(phase === undefined ? `transfers.${state}` : `phase.${phase}`)}
      {bytesPerSecond > 0 && state === 'running' && (
        <>
          {' · '}
          <ByteSize bytes={bytesPerSecond} perSecond />
        </>
      )}
      {etaMs !== undefined && state === 'running' && ` · ${t('transfers.left', { time: format.duration(etaMs) })}`}
      {sources.length > 0 && (
        <Text fz="xs">
          {t('transfers.from')}{' '}
          {sources.map((source, index) => (
            <span key={source.device}>
              {index > 0 && ', '}
              {source.name} (<ByteSize bytes={source.bytes} />)
            </span>
          ))}
        </Text>
      )}
    </>
  )
}

function Failure({ error: { code, message } }: { error: NonNullable<Transfer['error']> }) {
  const problem = { type: '', title: '', status: 500, code, detail: message, request: '' }
  const { help, what } = useErrorText()(new ApiError(problem))
  return (
    <Text fz="sm" c="var(--mantine-color-error)" role="alert" className={styles.path ?? ''}>
      {what}. {help}
    </Text>
  )
}

function Actions({ transfer: { id, name, state } }: { transfer: Transfer }) {
  const { t } = useTranslation('content')
  const queries = useQueryClient()
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: transfersQuery.queryKey })
  const params = { transfer: id }
  const pause = useMutation({ mutationFn: () => client.content.pause({ params }), onSettled: refresh })
  const resume = useMutation({ mutationFn: () => client.content.resume({ params }), onSettled: refresh })
  const cancel = useMutation({ mutationFn: () => client.content.cancel({ params }), onSettled: refresh })
  return (
    <Group gap={4} wrap="nowrap">
      {state === 'running' && (
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => pause.mutate()}
          loading={pause.isPending}
          aria-label={t('transfers.pause', { name })}
        >
          <IconPlayerPause size={18} aria-hidden />
        </ActionIcon>
      )}
      {(state === 'paused' || state === 'failed') && (
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => resume.mutate()}
          loading={resume.isPending}
          aria-label={t('transfers.resume', { name })}
        >
          <IconPlayerPlay size={18} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={() => cancel.mutate()}
        loading={cancel.isPending}
        aria-label={t(state === 'done' ? 'transfers.forget' : 'transfers.cancel', { name })}
      >
        <IconX size={18} aria-hidden />
      </ActionIcon>
    </Group>
  )
}
