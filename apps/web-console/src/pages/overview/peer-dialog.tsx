import type { Connection, Peer } from '@borgo/api'
import { Modal, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWays } from './connection-way.ts'
import styles from './node-details.module.css'

interface PeerDialogProps {
  peer: Peer
  isOpen: boolean
  onClose: () => void
}

/** All that is known of each connection to a device. */
export function PeerDialog({ peer, isOpen, onClose }: PeerDialogProps) {
  const { t } = useTranslation(['overview', 'components'])
  const { device, account, connections, name } = peer
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title={t('details.title', { name: name ?? `…${device.slice(-6)}` })}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <Stack gap="lg">
        <dl className={styles.list}>
          <Entry term={t('node.device')}>
            <CopyField value={device} label={t('copy.device')} />
          </Entry>
          {account !== undefined && (
            <Entry term={t('node.account')}>
              <CopyField value={account} label={t('copy.account')} />
            </Entry>
          )}
        </dl>
        {connections.length === 0 && <Text c="dimmed">{t('details.gone')}</Text>}
        {connections.map((connection, index) => (
          <section
            key={connection.address + connection.since}
            aria-label={t('details.connection', { count: index + 1 })}
          >
            <Title order={3} fz="md" mb="xs">
              {t('details.connection', { count: index + 1 })}
            </Title>
            <Details connection={connection} />
          </section>
        ))}
      </Stack>
    </Modal>
  )
}

function Details({ connection }: { connection: Connection }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const { whyNotBetter, wayOf } = useWays()
  const { address, bulk, bytesIn, bytesOut, encryption, rttMs, since, transport } = connection
  const why = whyNotBetter(connection)
  return (
    <dl className={styles.list}>
      <Entry term={t('details.way')}>{wayOf(connection)}</Entry>
      {why !== undefined && <Entry term={t('details.why')}>{why}</Entry>}
      <Entry term={t('details.over')}>{`${transport} · ${encryption}`}</Entry>
      <Entry term={t('details.bulk')}>{t(`details.carrier.${bulk ?? 'none'}`)}</Entry>
      <Entry term={t('peers.rtt')}>{rttMs === undefined ? t('peers.unknownRtt') : format.milliseconds(rttMs)}</Entry>
      <Entry term={t('peers.in')}>
        <ByteSize bytes={bytesIn} />
      </Entry>
      <Entry term={t('peers.out')}>
        <ByteSize bytes={bytesOut} />
      </Entry>
      <Entry term={t('peers.since')}>
        <RelativeTime at={since} />
      </Entry>
      <Entry term={t('details.address')}>
        <CopyField value={address} label={t('copy.address')} />
      </Entry>
    </dl>
  )
}

function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className={styles.entry}>
      <Text component="dt" fz="sm" c="dimmed">
        {term}
      </Text>
      <dd className={styles.value}>{children}</dd>
    </div>
  )
}
