import type { WorkspaceEvent } from '@borgo/api'
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

const PAGE_POSTS = 50

/** Every workspace of every group, oldest first. */
export const workspacesQuery = queryOptions({
  queryKey: ['workspaces', 'list'],
  queryFn: ({ signal }) => client.workspaces.list({ signal })
})

export function documentsQuery(workspace: string) {
  return queryOptions({
    queryKey: ['workspaces', 'documents', workspace],
    queryFn: ({ signal }) => client.workspaces.documents({ params: { workspace }, signal })
  })
}

export function threadsQuery(workspace: string) {
  return queryOptions({
    queryKey: ['workspaces', 'threads', workspace],
    queryFn: ({ signal }) => client.workspaces.threads({ params: { workspace }, signal })
  })
}

/** The posts of a thread, page by page into the past; `data` has all that is loaded, oldest first. */
export function postsQuery(workspace: string, thread: string) {
  return infiniteQueryOptions({
    queryKey: ['workspaces', 'posts', thread],
    queryFn: ({ pageParam, signal }) =>
      client.workspaces.posts({
        params: { workspace, thread },
        query: { limit: PAGE_POSTS, ...(pageParam !== undefined && { before: pageParam }) },
        signal
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.before,
    select: ({ pages }) => ({ thread: pages[0]?.thread, posts: pages.toReversed().flatMap(page => page.posts) })
  })
}

/** Keeps what a page of the workspaces shows up to date; call it once in the page. */
export function useLiveWorkspaces(): void {
  const queries = useQueryClient()
  useEvent('workspaces', (event: WorkspaceEvent) => {
    const keys = {
      workspace: [workspacesQuery.queryKey],
      document: [documentsQuery(event.workspace).queryKey],
      board: [
        threadsQuery(event.workspace).queryKey,
        ...(event.type === 'board' ? [postsQuery(event.workspace, event.thread).queryKey] : [])
      ]
    }[event.type]
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
  })
}
