import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { client } from '../api/client.ts'
import { useEvent } from '../api/live.tsx'

/** Every group of this node with its members: what almost every page needs. */
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => client.groups.list({ signal })
})

/** Asks for the groups again whenever the node says that one changed; the shell does it for all pages. */
export function useLiveGroups(): void {
  const queries = useQueryClient()
  useEvent('groups', () => void renewGroups(queries))
}

/**
 * Asks again for the groups and for what is known of each (`['groups', id, …]`): the list first, since of a group that
 * is gone nothing more is to be asked.
 */
export async function renewGroups(queries: QueryClient): Promise<void> {
  const { queryKey } = groupsQuery
  await queries.invalidateQueries({ queryKey, predicate: query => query.queryKey.length <= 2 })
  const present = new Set<unknown>(queries.getQueryData(queryKey)?.map(({ id }) => id))
  await queries.invalidateQueries({
    queryKey,
    predicate: query => query.queryKey.length > 2 && present.has(query.queryKey[1])
  })
}
