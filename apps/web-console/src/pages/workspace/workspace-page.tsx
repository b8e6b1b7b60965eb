import type { Workspace } from '@borgo/api'
import { Alert, SimpleGrid, Text } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { BoardSection } from './board-section.tsx'
import { DocumentsSection } from './documents-section.tsx'
import { WithWorkspace } from './with-workspace.tsx'

export function WorkspacePage() {
  return <WithWorkspace>{workspace => <WorkspaceDetail key={workspace.id} workspace={workspace} />}</WithWorkspace>
}

function WorkspaceDetail({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspace')
  const { data: groups = [] } = useQuery(groupsQuery)
  const group = groups.find(({ id }) => id === workspace.group)
  return (
    <>
      <BackLink to="/workspace">{t('back')}</BackLink>
      <PageHeader title={workspace.name} intro={group && groupLabel(group)} />
      <OfflineNote group={workspace.group} />
      {!workspace.writable && (
        <Text c="dimmed" mb="md">
          {t('readOnly')}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <DocumentsSection workspace={workspace} />
        <BoardSection workspace={workspace} />
      </SimpleGrid>
    </>
  )
}

/** Says that what is done now waits for the others, when there are others and none is there. */
export function OfflineNote({ group: id }: { group: string }) {
  const { t } = useTranslation('workspace')
  const { data: groups = [] } = useQuery(groupsQuery)
  const members = groups.find(group => group.id === id)?.members ?? []
  const isAlone = members.length > 1 && !members.some(({ online, self }) => online && !self)
  if (!isAlone) return null
  return (
    <Alert color="lamp" variant="light" icon={<IconCloudOff aria-hidden />} role="status" mb="md">
      {t('offline')}
    </Alert>
  )
}
