import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

const MEASURE_INTERVAL_MS = 5000

/** The connected devices. Round trips and byte counts change all the time, so it is also asked at intervals. */
export const peersQuery = queryOptions({
  queryKey: ['peers'],
  queryFn: ({ signal }) => client.peers.list({ signal }),
  refetchInterval: MEASURE_INTERVAL_MS
})

/** Asks again when somebody comes, goes or says a name. */
export function useLivePeers(): void {
  const queries = useQueryClient()
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: peersQuery.queryKey }))
}
