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

/** Who is kept out; that somebody's time is over tells nobody. */
export const deniedQuery = queryOptions({
  queryKey: ['denied'],
  queryFn: ({ signal }) => client.peers.denied({ signal })
})

/** Asks again when somebody comes, goes or says a name. */
export function useLivePeers(): void {
  const queries = useQueryClient()
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: peersQuery.queryKey }))
}
