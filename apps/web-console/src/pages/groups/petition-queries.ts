import type { Group } from '@borgo/api'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** Who waits to be let in. Under the groups' key, so events renew it. */
export function petitionsQuery(group: Group) {
  return queryOptions({
    queryKey: ['groups', group.id, 'petitions'],
    queryFn: ({ signal }) => client.groups.petitions({ params: { group: group.id }, signal })
  })
}
