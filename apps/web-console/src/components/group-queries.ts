import { queryOptions, useQueryClient } from '@tanstack/react-query'
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
  useEvent('groups', () => void queries.invalidateQueries({ queryKey: groupsQuery.queryKey }))
}
