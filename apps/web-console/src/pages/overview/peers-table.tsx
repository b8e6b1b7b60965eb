import type { Peer } from '@borgo/api'
import { Box, Button, Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ByteSize } from '../../components/byte-size.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWays } from './connection-way.ts'
import { PeerMenu } from './peer-menu.tsx'
import { peersQuery } from './peer-queries.ts'

/** Everybody this node is connected to: who, how, how far, how much. */
export function PeersTable() {
  const { t } = useTranslation('overview')
  const peers = useQuery(peersQuery)
  return (
    <Section title={t('peers.title')}>
      {peers.isPending && <Skeleton height={80} />}
      {peers.isError && <ErrorNotice error={peers.error} onRetry={() => void peers.refetch()} />}
      {peers.data?.length === 0 && (
        <EmptyState
          title={t('peers.empty.title')}
          actions={
            <Button component={Link} to="/groups">
              {t('peers.groups')}
            </Button>
          }
        >
          {t('peers.empty.body')}
        </EmptyState>
      )}
      {peers.isSuccess && peers.data.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t('peers.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('peers.who')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('peers.way')}</Table.Th>
              <Table.Th>{t('peers.rtt')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('peers.in')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('peers.out')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('peers.since')}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {peers.data.map(peer => (
              <PeerRow key={peer.device} peer={peer} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}

function PeerRow({ peer }: { peer: Peer }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const sum = (key: 'bytesIn' | 'bytesOut'): number => peer.connections.reduce((total, each) => total + each[key], 0)
  const since = Math.min(...peer.connections.map(connection => connection.since))
  return (
    <Table.Tr>
      <Table.Td maw={0} w={{ base: '70%', sm: '38%' }}>
        <PeerName
          id={peer.account ?? peer.device}
          name={peer.name}
          detail={
            <>
              <Text fz="xs" c="dimmed" ff="monospace" truncate title={peer.device}>
                {peer.device}
              </Text>
              <Box hiddenFrom="sm" fz="sm">
                <Connections peer={peer} />
              </Box>
            </>
          }
        />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Connections peer={peer} />
      </Table.Td>
      <Table.Td className="tabular">
        {peer.rttMs === undefined ? (
          <Text fz="sm" c="dimmed">
            {t('peers.unknownRtt')}
          </Text>
        ) : (
          format.milliseconds(peer.rttMs)
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <ByteSize bytes={sum('bytesIn')} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <ByteSize bytes={sum('bytesOut')} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{Number.isFinite(since) && <RelativeTime at={since} />}</Table.Td>
      <Table.Td ta="right">
        <PeerMenu peer={peer} />
      </Table.Td>
    </Table.Tr>
  )
}

/** How each connection is made, and of a relayed one why it is not direct. */
function Connections({ peer }: { peer: Peer }) {
  const { t } = useTranslation('overview')
  const { whyNotBetter, wayOf } = useWays()
  return peer.connections.map(connection => {
    const { address, bulk, encryption, since, transport } = connection
    const why = whyNotBetter(connection)
    return (
      <div key={address + since} title={address}>
        {transport} · {encryption}
        <Text fz="xs" c="dimmed">
          {wayOf(connection)}
        </Text>
        {why !== undefined && (
          <Text fz="xs" c="dimmed">
            {t('peers.why', { reason: why })}
          </Text>
        )}
        {bulk !== undefined && (
          <Text fz="xs" c="dimmed">
            {t(`peers.bulk.${bulk}`)}
          </Text>
        )}
      </div>
    )
  })
}
