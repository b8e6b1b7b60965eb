import type { IpReach, NodeReach, NodeStatus } from '@borgo/api'
import { Badge, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import styles from './node-details.module.css'

const STATE_COLORS = { running: 'olive', stopped: 'gray', failed: 'red' } as const

/** What one copies for others, and what an administrator wants to know. */
export function NodeDetails({ node }: { node: NodeStatus }) {
  const { t } = useTranslation('overview')
  const { identity } = node
  return (
    <Section title={t('node.title')}>
      <dl className={styles.list}>
        <Entry term={t('node.addresses')}>
          {identity.addresses.length === 0 && <Text>{t('node.noAddress')}</Text>}
          <Stack gap={0}>
            {identity.addresses.map(address => (
              <CopyField key={address} value={address} label={t('copy.address')} />
            ))}
          </Stack>
        </Entry>
        <ReachEntry reach={node.reach} />
        <Entry term={t('node.device')}>
          <CopyField value={identity.device} label={t('copy.device')} />
        </Entry>
        <Entry term={t('node.account')}>
          <CopyField value={identity.account} label={t('copy.account')} />
        </Entry>
        <Entry term={t('node.plugins')}>
          <Group gap="xs">
            {node.plugins.map(plugin => (
              <Badge key={plugin.name} variant="light" color={STATE_COLORS[plugin.state]}>
                {plugin.name} · {t(`node.${plugin.state}`, { error: plugin.error ?? '' })}
              </Badge>
            ))}
          </Group>
        </Entry>
        <Entry term={t('node.memory')}>
          <ByteSize bytes={node.memoryBytes} />
        </Entry>
        <Entry term={t('node.folder')}>
          <Text component="code" ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
            {node.folder}
          </Text>
        </Entry>
      </dl>
    </Section>
  )
}

/** Whether others can call this node, and how that is known. */
function ReachEntry({ reach }: { reach: NodeReach }) {
  const { t } = useTranslation('overview')
  const { ipv4, ipv6, relays, upnp, dht, discovery } = reach
  return (
    <>
      <Entry term={t('reach.title')}>
        <Stack gap={0}>
          <IpText version="IPv4" reach={ipv4} />
          <IpText version="IPv6" reach={ipv6} />
          {relays.length > 0 && <Text>{t('reach.relays', { count: relays.length })}</Text>}
          {upnp.state === 'searching' && <Text>{t('reach.upnp.searching')}</Text>}
          {upnp.state === 'mapped' && <Text>{t('reach.upnp.mapped', { addresses: upnp.addresses.join(', ') })}</Text>}
          {upnp.state === 'failed' && <Text>{t('reach.upnp.failed', { reason: upnp.reason })}</Text>}
        </Stack>
      </Entry>
      <Entry term={t('reach.search')}>
        <Text>
          {dht.lan.mode === 'off' ? t('reach.dhtOff') : t('reach.dht', { count: dht.lan.peers + dht.wan.peers })}
        </Text>
        {discovery.alone > 0 && <Text>{t('reach.alone', { count: discovery.alone })}</Text>}
      </Entry>
    </>
  )
}

function IpText({ version, reach }: { version: string; reach: IpReach }) {
  const { t } = useTranslation('overview')
  switch (reach.state) {
    case 'reachable':
      return (
        <Text>
          {t('reach.reachable', { version })} <RelativeTime at={reach.at} />
        </Text>
      )
    case 'behind-nat':
      return <Text>{t('reach.behindNat', { version, address: reach.seenAs })}</Text>
    case 'unknown':
      return <Text>{t('reach.unknown', { version })}</Text>
    case 'absent':
      return <Text>{t('reach.absent', { version })}</Text>
  }
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
