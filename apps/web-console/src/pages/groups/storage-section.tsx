import type { Group, GroupStorage } from '@borgo/api'
import { Button, Group as Row, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconCloudDownload, IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ByteSize } from '../../components/byte-size.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupStorageQuery } from '../../components/group-storage-query.ts'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { KeepDialog } from './keep-dialog.tsx'
import { scopeQuery, useScopeText } from './scope.ts'

/** What the group takes on this node, by whom, what is left with others, and taking it all out. */
export function StorageSection({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const storage = useQuery(groupStorageQuery(group.id))
  const [isChanging, changing] = useDisclosure(false)
  return (
    <Section
      title={t('storage.title')}
      actions={
        <Row gap="xs">
          <Button size="compact-sm" variant="default" onClick={changing.open}>
            {t('keep.open')}
          </Button>
          <Button
            component="a"
            href={client.groups.export.url({ params: { group: group.id } })}
            download={`${groupLabel(group)}.jsonl`}
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('storage.export')}
          </Button>
        </Row>
      }
    >
      {storage.isPending && <Skeleton height={80} />}
      {storage.isError && <ErrorNotice error={storage.error} onRetry={() => void storage.refetch()} />}
      {storage.data && <Stored group={group} storage={storage.data} />}
      <KeepDialog group={group} isOpen={isChanging} onClose={changing.close} />
    </Section>
  )
}

function Stored({ group, storage }: { group: Group; storage: GroupStorage }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const scope = useQuery(scopeQuery(group.id))
  const scopeText = useScopeText()
  const { bytes, leftOut, members, quota, records, wanted } = storage
  const nameOf = (account: string): string =>
    group.members.find(member => member.account === account)?.name ?? t('storage.formerly')
  return (
    <Stack gap="sm">
      <Text>
        {t('storage.taken', {
          count: records,
          records: format.number(records),
          size: format.bytes(bytes),
          most: format.bytes(quota.groupBytes)
        })}
      </Text>
      {scope.isError && <ErrorNotice error={scope.error} onRetry={() => void scope.refetch()} />}
      {scope.data && <Text>{scopeText(scope.data)}</Text>}
      {wanted > 0 && <Text>{t('storage.wanted', { count: wanted, shown: format.number(wanted) })}</Text>}
      {leftOut > 0 && <LeftOut group={group} count={leftOut} />}
      {members.length > 0 && (
        <Table aria-label={t('storage.byMember')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('detail.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('storage.records')}</Table.Th>
              <Table.Th>{t('storage.bytes')}</Table.Th>
              <Table.Th visibleFrom="xs">{t('storage.quota')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map(member => (
              <Table.Tr key={member.account}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{nameOf(member.account)}</Table.Td>
                <Table.Td visibleFrom="sm" className="tabular">
                  {format.number(member.records)}
                </Table.Td>
                <Table.Td>
                  <ByteSize bytes={member.bytes} />
                </Table.Td>
                <Table.Td visibleFrom="xs">
                  <ByteSize bytes={member.quotaBytes} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}

/** How many contents are with others alone, and fetching some of them. */
function LeftOut({ group, count }: { group: Group; count: number }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const queries = useQueryClient()
  const fetch = useMutation({
    mutationFn: () => client.groups.fetchLeftOut({ params: { group: group.id }, body: {} }),
    onSuccess: async ({ came }) => {
      await queries.invalidateQueries({ queryKey: groupStorageQuery(group.id).queryKey })
      notifications.show({
        color: came > 0 ? 'olive' : 'lamp',
        message: came > 0 ? t('storage.came', { count: came, shown: format.number(came) }) : t('storage.noneCame')
      })
    }
  })
  return (
    <>
      <Row gap="md">
        <Text>{t('storage.leftOut', { count, shown: format.number(count) })}</Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCloudDownload size={16} aria-hidden />}
          loading={fetch.isPending}
          onClick={() => fetch.mutate()}
        >
          {t('storage.fetch')}
        </Button>
      </Row>
      {fetch.isError && <ErrorNotice error={fetch.error} />}
    </>
  )
}
