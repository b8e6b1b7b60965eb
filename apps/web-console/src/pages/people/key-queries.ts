import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** How the file with this device's keys is protected. */
export const keyFileQuery = queryOptions({
  queryKey: ['recovery', 'key-file'],
  queryFn: ({ signal }) => client.recovery.keyFile({ signal })
})

/** Groups of this person that this device is not in yet; under the groups' key, so events renew it. */
export const awaitedQuery = queryOptions({
  queryKey: ['groups', 'awaited'],
  queryFn: ({ signal }) => client.recovery.awaited({ signal })
})
