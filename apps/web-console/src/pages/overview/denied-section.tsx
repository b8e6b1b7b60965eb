import type { Denial } from '@borgo/api'
import { Button, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { useKnownDevices } from '../../components/known-devices.ts'
import { RelativeTime, useNow } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useErrorText } from '../../errors/error-text.ts'
import { deniedQuery } from './peer-queries.ts'

/** Who has to stay outside now, and why; nothing while nobody has to. */
export function DeniedSection() {
  const { t } = useTranslation('overview')
  const queries = useQueryClient()
  const now = useNow()
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(deniedQuery)
  useEvent('denied', () => void queries.invalidateQueries({ queryKey: deniedQuery.queryKey }))
  // That a time is over is no event.
  const shown = (data?.pages ?? []).flatMap(({ denials }) => denials).filter(({ until }) => until > now)
  if (shown.length === 0) return null
  return (
    <Section title={t('denied.title')} intro={t('denied.intro')}>
      <Table verticalSpacing="sm" aria-label={t('denied.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('denied.who')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('denied.why')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('denied.until')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(denial => (
            <DeniedRow key={`${denial.why} ${denial.device ?? denial.host}`} denial={denial} />
          ))}
        </Table.Tbody>
      </Table>
      {hasNextPage && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('denied.more')}
        </Button>
      )}
    </Section>
  )
}

function DeniedRow({ denial }: { denial: Denial }) {
  const { t } = useTranslation('overview')
  const queries = useQueryClient()
  const errorText = useErrorText()
  const nameOf = useKnownDevices()
  const { device, host = '', reason, until, why } = denial
  const name = device === undefined ? undefined : nameOf(device)
  const admit = useMutation({
    mutationFn: () => client.peers.admit({ body: device === undefined ? { host } : { device } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: deniedQuery.queryKey }),
    onError: error => {
      const { what, help } = errorText(error)
      notifications.show({ color: 'red', title: what, message: help })
    }
  })
  const because = (
    <>
      {t(`denied.because.${why}`)}
      {reason !== undefined && (
        <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
      )}
    </>
  )
  return (
    <Table.Tr>
      <Table.Td maw={0} w={{ base: '65%', sm: '40%' }}>
        {name !== undefined && <Text fw={500}>{name}</Text>}
        <Text fz={name === undefined ? 'sm' : 'xs'} c="dimmed" ff="monospace" truncate title={device ?? host}>
          {device ?? host}
        </Text>
        <Text component="div" fz="sm" hiddenFrom="sm">
          {because}
          {why !== 'blocked' && (
            <div>
              <RelativeTime at={until} />
            </div>
          )}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{because}</Table.Td>
      <Table.Td visibleFrom="sm">
        {/* It is refused again as long as its person is blocked. */}
        {why === 'blocked' ? t('denied.unblocked') : <RelativeTime at={until} />}
      </Table.Td>
      <Table.Td ta="right">
        {why === 'blocked' ? (
          <Text fz="sm" c="dimmed">
            {t('denied.unblock')}
          </Text>
        ) : (
          <Button size="compact-sm" variant="default" loading={admit.isPending} onClick={() => admit.mutate()}>
            {t('denied.admit')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
