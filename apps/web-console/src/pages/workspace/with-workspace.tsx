import type { Workspace } from '@borgo/api'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useLiveWorkspaces, workspacesQuery } from './workspace-queries.ts'

/** A page about the workspace that its address names; says so when there is none. */
export function WithWorkspace({ children }: { children: (workspace: Workspace) => ReactNode }) {
  const { workspace: id } = useParams()
  const workspaces = useQuery(workspacesQuery)
  useLiveWorkspaces()
  if (workspaces.isPending) return <Skeleton height={240} radius="lg" />
  if (workspaces.isError) return <ErrorNotice error={workspaces.error} onRetry={() => void workspaces.refetch()} />
  const workspace = workspaces.data.find(each => each.id === id)
  return workspace ? children(workspace) : <Missing to="/workspace" />
}

/** Nothing has this address, at least not yet. */
export function Missing({ to }: { to: string }) {
  const { t } = useTranslation('workspace')
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        title={t('unknown.title')}
        actions={
          <Button component={Link} to={to}>
            {t('back')}
          </Button>
        }
      >
        {t('unknown.body')}
      </EmptyState>
    </>
  )
}
