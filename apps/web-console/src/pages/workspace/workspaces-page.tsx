import type { Group, Workspace } from '@borgo/api'
import { Button, Card, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { mayWrite } from '../../components/may-write.ts'
import { NoGroup } from '../../components/no-group.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { CreateWorkspace } from './create-workspace.tsx'
import { useLiveWorkspaces, workspacesQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

export function WorkspacesPage() {
  const { t } = useTranslation('workspace')
  const workspaces = useQuery(workspacesQuery)
  const groups = useQuery(groupsQuery)
  useLiveWorkspaces()
  // In the address, so that the palette and other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const writable = groups.data?.filter(mayWrite) ?? []
  const create = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setSearch({ do: 'create' })}>
      {t('create.open')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        intro={t('intro')}
        actions={workspaces.data?.length !== 0 && writable.length > 0 && create}
      />
      {(workspaces.isPending || groups.isPending) && <Skeleton height={140} radius="lg" />}
      {workspaces.isError && <ErrorNotice error={workspaces.error} onRetry={() => void workspaces.refetch()} />}
      {groups.isSuccess && workspaces.data?.length === 0 && <Nothing mayCreate={writable.length > 0} create={create} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="ul" className={styles.plain ?? ''}>
        {workspaces.data?.map(workspace => (
          <li key={workspace.id}>
            <WorkspaceCard workspace={workspace} group={groups.data?.find(({ id }) => id === workspace.group)} />
          </li>
        ))}
      </SimpleGrid>
      {writable.length > 0 && (
        <CreateWorkspace
          groups={writable}
          isOpen={search.get('do') === 'create'}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </>
  )
}

function Nothing({ mayCreate, create }: { mayCreate: boolean; create: ReactNode }) {
  const { t } = useTranslation('workspace')
  if (mayCreate)
    return (
      <EmptyState title={t('empty.title')} actions={create}>
        {t('empty.body')}
      </EmptyState>
    )
  return <NoGroup>{t('noGroup')}</NoGroup>
}

function WorkspaceCard({ workspace, group }: { workspace: Workspace; group: Group | undefined }) {
  const { t } = useTranslation('workspace')
  const format = useFormat()
  return (
    <Card component={Link} to={`/workspace/${workspace.id}`} className={styles.card ?? ''} h="100%">
      <Title order={2} fz="h3" className={styles.words ?? ''}>
        {workspace.name}
      </Title>
      <Text fz="sm" c="dimmed" truncate>
        {group && groupLabel(group)}
      </Text>
      <Text fz="sm" c="dimmed">
        {t('since', { date: format.date(workspace.createdAt) })}
      </Text>
    </Card>
  )
}
