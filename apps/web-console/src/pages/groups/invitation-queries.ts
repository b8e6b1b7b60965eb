import type { Group } from '@borgo/api'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** The invitations of a group that can still be used; only owners may ask. Under the groups' key, so events renew it. */
export function invitationsQuery(group: Group) {
  return queryOptions({
    queryKey: ['groups', group.id, 'invitations'],
    queryFn: ({ signal }) => client.groups.invitations({ params: { group: group.id }, signal })
  })
}
