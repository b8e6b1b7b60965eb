import { queryOptions } from '@tanstack/react-query'
import { client } from '../api/client.ts'

/** What a group's records take on this node, and what they may. */
export const groupStorageQuery = (group: string) =>
  queryOptions({
    queryKey: ['groups', group, 'storage'],
    queryFn: ({ signal }) => client.groups.storage({ params: { group }, signal })
  })
