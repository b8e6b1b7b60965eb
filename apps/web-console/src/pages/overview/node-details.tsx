import type { NodeStatus } from '@borgo/api'
import { Badge, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { Section } from '../../components/section.tsx'
import styles from './node-details.module.css'

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
        <Entry term={t('node.device')}>
          <CopyField value={identity.device} label={t('copy.device')} />
        </Entry>
        <Entry term={t('node.account')}>
          <CopyField value={identity.account} label={t('copy.account')} />
        </Entry>
        <Entry term={t('node.plugins')}>
          <Group gap="xs">
            {node.plugins.map(plugin => (
              <Badge key={plugin.name} variant="light" color={plugin.state === 'running' ? 'olive' : 'red'}>
                {plugin.name} ·{' '}
                {plugin.state === 'running' ? t('node.running') : t('node.failed', { error: plugin.error ?? '' })}
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
