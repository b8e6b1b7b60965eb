import { Skeleton, Table, Text } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ByteSize } from '../../components/byte-size.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'

const takenQuery = queryOptions({
  queryKey: ['storage', 'use'],
  queryFn: ({ signal }) => client.storage.use({ signal })
})

/** What each part of the node takes, the most first, as it changes. */
export function PartsSection() {
  const { t } = useTranslation('admin')
  const queries = useQueryClient()
  const use = useQuery(takenQuery)
  useEvent('use', now => queries.setQueryData(takenQuery.queryKey, now))
  return (
    <Section title={t('takes.title')} intro={t('takes.intro')}>
      {use.isPending && <Skeleton height={60} />}
      {use.isError && <ErrorNotice error={use.error} onRetry={() => void use.refetch()} />}
      {use.data && (
        <Table verticalSpacing="sm" aria-label={t('takes.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('takes.part')}</Table.Th>
              <Table.Th>{t('takes.records')}</Table.Th>
              <Table.Th>{t('takes.files')}</Table.Th>
              <Table.Th>{t('takes.limit')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {use.data.plugins.map(({ plugin, recordBytes, keptBytes, limitBytes }) => (
              <Table.Tr key={plugin}>
                <Table.Td>{plugin}</Table.Td>
                <Table.Td>
                  <ByteSize bytes={recordBytes} />
                </Table.Td>
                <Table.Td>{keptBytes > 0 ? <ByteSize bytes={keptBytes} /> : '–'}</Table.Td>
                <Table.Td>
                  <Limit bytes={limitBytes} />
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th scope="row">{t('takes.all')}</Table.Th>
              <Table.Td colSpan={2}>
                <ByteSize bytes={use.data.bytes} />
              </Table.Td>
              <Table.Td>
                <Limit bytes={use.data.limitBytes} />
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}

function Limit({ bytes }: { bytes: number | undefined }) {
  const { t } = useTranslation('admin')
  if (bytes !== undefined) return <ByteSize bytes={bytes} />
  return (
    <Text span c="dimmed" fz="sm">
      {t('takes.free')}
    </Text>
  )
}
