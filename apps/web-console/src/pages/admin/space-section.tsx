import { Anchor, Skeleton, Table, Text } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ByteSize } from '../../components/byte-size.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { groupStorageQuery } from '../../components/group-storage-query.ts'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'

/** What each group takes, the most first. */
export function SpaceSection() {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const groups = useQuery(groupsQuery)
  const all = groups.data ?? []
  const stored = useQueries({ queries: all.map(({ id }) => groupStorageQuery(id)) })
  const rows = all
    .flatMap((group, index) => {
      const storage = stored[index]?.data
      return storage ? { group, storage } : []
    })
    .toSorted((a, b) => b.storage.bytes - a.storage.bytes)
  const failed = stored.find(({ error }) => error !== null)
  return (
    <Section title={t('space.title')} intro={t('space.intro')}>
      {groups.isPending && <Skeleton height={60} />}
      {groups.isError && <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />}
      {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {groups.data?.length === 0 && <Text c="dimmed">{t('space.none')}</Text>}
      {rows.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t('space.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('space.group')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('space.records')}</Table.Th>
              <Table.Th>{t('space.bytes')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('space.quota')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ group, storage }) => (
              <Table.Tr key={group.id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Anchor component={Link} to={`/groups/${group.id}`}>
                    {groupLabel(group)}
                  </Anchor>
                </Table.Td>
                <Table.Td visibleFrom="sm" className="tabular">
                  {format.number(storage.records)}
                </Table.Td>
                <Table.Td>
                  <ByteSize bytes={storage.bytes} />
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <ByteSize bytes={storage.quota.groupBytes} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}
