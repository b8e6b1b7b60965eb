import type { Setting } from '@borgo/api'
import { Badge, Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { configQuery } from './config-query.ts'

/** Every setting of the node with its value and where that comes from. */
export function ConfigTable() {
  const { t } = useTranslation('settings')
  const settings = useQuery(configQuery)
  return (
    <Section title={t('config.title')} intro={t('config.intro')}>
      {settings.isPending && <Skeleton height={200} />}
      {settings.isError && <ErrorNotice error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.data && (
        <Table verticalSpacing="xs" aria-label={t('config.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('config.key')}</Table.Th>
              <Table.Th>{t('config.value')}</Table.Th>
              <Table.Th visibleFrom="xs">{t('config.origin')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {settings.data.map(setting => (
              <SettingRow key={setting.key} setting={setting} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}

function SettingRow({ setting }: { setting: Setting }) {
  const { t } = useTranslation('settings')
  const { key, value, origin, source, description } = setting
  const shown = Array.isArray(value) ? value.join('\n') : String(value)
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Text component="code" ff="monospace" fz="sm">
          {key}
        </Text>
        <Text fz="xs" c="dimmed">
          {description}
        </Text>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
        {shown === '' ? (
          <Text span fz="sm" c="dimmed">
            {t('config.empty')}
          </Text>
        ) : (
          <Text span ff="monospace" fz="sm">
            {shown}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="xs">
        <Badge color={origin === 'default' ? 'gray' : 'terracotta'}>{t(`config.from.${origin}`)}</Badge>
        {origin !== 'default' && (
          <Text fz="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {source}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
