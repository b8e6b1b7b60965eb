import type { DenialPage } from '@borgo/api'
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

const MEASURE_INTERVAL_MS = 5000
/** Rows of those kept out that are shown until more are asked for. */
const DENIED = 20

/** The connected devices. Round trips and byte counts change all the time, so it is also asked at intervals. */
export const peersQuery = queryOptions({
  queryKey: ['peers'],
  queryFn: ({ signal }) => client.peers.list({ signal }),
  refetchInterval: MEASURE_INTERVAL_MS
})

/** Who is kept out, in pages; that somebody's time is over tells nobody. */
export const deniedQuery = infiniteQueryOptions({
  queryKey: ['denied'],
  queryFn: ({ pageParam, signal }) =>
    client.peers.denied({ query: { limit: DENIED, ...(pageParam !== undefined && { before: pageParam }) }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ before }: DenialPage) => before
})

/** Asks again when somebody comes, goes or says a name. */
export function useLivePeers(): void {
  const queries = useQueryClient()
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: peersQuery.queryKey }))
}
