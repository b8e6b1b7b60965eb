import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** Groups that this person is not in any more. Under the groups' key, so events renew it; so for the next. */
export const lostGroupsQuery = queryOptions({
  queryKey: ['groups', 'lost'],
  queryFn: ({ signal }) => client.groups.lost({ signal })
})

/** Groups that this node asked to join and that have not let it in. */
export const waitingJoinsQuery = queryOptions({
  queryKey: ['groups', 'waiting'],
  queryFn: ({ signal }) => client.groups.waiting({ signal })
})
