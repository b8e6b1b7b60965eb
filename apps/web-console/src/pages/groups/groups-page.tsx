import type { Group } from '@borgo/api'
import { Badge, Button, Card, Group as Row, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconLink, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupsQuery } from '../../components/group-queries.ts'
import { House } from '../../components/house.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { CreateGroup } from './create-group.tsx'
import styles from './groups.module.css'
import { JoinGroup } from './join-group.tsx'
import { LostGroups } from './lost-groups.tsx'
import { WaitingJoins } from './waiting-joins.tsx'

const HOUSES_SHOWN = 9

export function GroupsPage() {
  const { t } = useTranslation('groups')
  const groups = useQuery(groupsQuery)
  // In the address, so that the palette and other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const dialog = search.get('do')
  const close = (): void => setSearch({}, { replace: true })

  const actions = (
    <>
      <Button variant="default" leftSection={<IconLink size={18} />} onClick={() => setSearch({ do: 'join' })}>
        {t('join.open')}
      </Button>
      <Button leftSection={<IconPlus size={18} />} onClick={() => setSearch({ do: 'create' })}>
        {t('create.open')}
      </Button>
    </>
  )
  const shared = groups.data?.filter(group => group.kind === 'shared') ?? []

  return (
    <>
      <PageHeader title={t('title')} intro={t('intro')} actions={shared.length > 0 && actions} />
      {groups.isPending && <Skeleton height={140} radius="lg" />}
      {groups.isError && <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.isSuccess && shared.length === 0 && (
        <EmptyState title={t('empty.title')} actions={actions}>
          {t('empty.body')}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="ul" className={styles.plain ?? ''}>
        {shared.map(group => (
          <li key={group.id}>
            <GroupCard group={group} />
          </li>
        ))}
      </SimpleGrid>
      <Stack gap="lg" mt="lg">
        <WaitingJoins />
        <LostGroups />
      </Stack>
      <CreateGroup isOpen={dialog === 'create'} onClose={close} />
      <JoinGroup isOpen={dialog === 'join'} onClose={close} />
    </>
  )
}

function GroupCard({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const online = group.members.filter(member => member.online).length
  const isPart = group.members.some(member => member.mayBeOnline)
  const byPresence = group.members.toSorted((a, b) => Number(b.online) - Number(a.online))
  return (
    <Card component={Link} to={`/groups/${group.id}`} className={styles.card ?? ''} h="100%">
      <Row justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} fz="h3" style={{ overflowWrap: 'anywhere' }}>
          {group.name}
        </Title>
        <Badge color={group.role === 'owner' ? 'terracotta' : 'gray'} style={{ flexShrink: 0 }}>
          {t(`role.${group.role}`)}
        </Badge>
      </Row>
      <Text fz="sm" c="dimmed" mb="md">
        {t('members', { count: group.members.length })} ·{' '}
        {t(isPart ? 'connectedCount' : 'onlineCount', { count: online })}
      </Text>
      <Row gap={2} mt="auto" className={styles.street ?? ''} wrap="nowrap" align="flex-end">
        {byPresence.slice(0, HOUSES_SHOWN).map(member => (
          <House key={member.account} id={member.account} isLit={member.online} size={30} />
        ))}
        {byPresence.length > HOUSES_SHOWN && (
          <Text fz="sm" c="dimmed" ml={4}>
            +{byPresence.length - HOUSES_SHOWN}
          </Text>
        )}
      </Row>
    </Card>
  )
}
