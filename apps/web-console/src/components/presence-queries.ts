import { queryOptions } from '@tanstack/react-query'
import { client } from '../api/client.ts'

/** What this person says of themselves, and to whom. */
export const presenceSettingQuery = queryOptions({
  queryKey: ['presence', 'setting'],
  queryFn: ({ signal }) => client.presence.setting({ signal })
})

/** How somebody is, as far as they let this person know. */
export function presenceQuery(account: string) {
  return queryOptions({
    queryKey: ['presence', 'of', account],
    queryFn: ({ signal }) => client.presence.get({ params: { account }, signal })
  })
}
