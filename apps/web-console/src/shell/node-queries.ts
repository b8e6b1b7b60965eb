import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { client } from '../api/client.ts'
import { useEvent } from '../api/live.tsx'

const HEALTH_INTERVAL_MS = 3000
/** A process that is stopped or out of breath takes connections and says nothing. */
const HEALTH_TIMEOUT_MS = 5000

/** This node at a glance. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => client.status.get({ signal })
})

/** Whether the node is there at all: asked at short intervals, without patience. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) =>
    client.status.health({ signal: AbortSignal.any([signal, AbortSignal.timeout(HEALTH_TIMEOUT_MS)]) }),
  refetchInterval: HEALTH_INTERVAL_MS,
  retry: false
})

/** Keeps `statusQuery` up to date with what the node reports. */
export function useLiveStatus(): void {
  const queries = useQueryClient()
  useEvent('node', ({ peers, bytesIn, bytesOut }) =>
    queries.setQueryData(statusQuery.queryKey, old => old && { ...old, peers, traffic: { bytesIn, bytesOut } })
  )
  const askAgain = (): void => void queries.invalidateQueries({ queryKey: statusQuery.queryKey })
  useEvent('peers', askAgain)
  // Also how one's own new name, given elsewhere, is heard of.
  useEvent('groups', askAgain)
  // A device that is stopped is a problem of this node.
  useEvent('devices', askAgain)
}
