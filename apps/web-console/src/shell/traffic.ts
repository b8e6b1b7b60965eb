import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useEvent } from '../api/live.tsx'

/** Rates between two reports of the node, bytes per second. */
export interface TrafficSample {
  /** ms since 1970 */
  at: number
  inPerSecond: number
  outPerSecond: number
}

export interface Traffic {
  samples: TrafficSample[]
  last?: { at: number; bytesIn: number; bytesOut: number }
}

/** Ten minutes at a report every two seconds. */
const SAMPLES_KEPT = 300

/** What was reported since the console was opened; nothing asks for it, `useTrafficRecorder` fills it in. */
export const trafficQuery = queryOptions({
  queryKey: ['traffic'],
  queryFn: (): Traffic => ({ samples: [] }),
  staleTime: Infinity,
  gcTime: Infinity
})

/** Adds a report; a node that started again counts from zero, so that pair says nothing. */
export function addSample(traffic: Traffic, report: { at: number; bytesIn: number; bytesOut: number }): Traffic {
  const { samples, last } = traffic
  const seconds = last ? (report.at - last.at) / 1000 : 0
  if (!last || seconds <= 0 || report.bytesIn < last.bytesIn || report.bytesOut < last.bytesOut)
    return { samples, last: report }
  const sample = {
    at: report.at,
    inPerSecond: (report.bytesIn - last.bytesIn) / seconds,
    outPerSecond: (report.bytesOut - last.bytesOut) / seconds
  }
  return { samples: [...samples, sample].slice(-SAMPLES_KEPT), last: report }
}

/** Records what the node reports for as long as the console is open, whichever page is shown. */
export function useTrafficRecorder(): void {
  const queries = useQueryClient()
  useEvent('node', report =>
    queries.setQueryData(trafficQuery.queryKey, old => addSample(old ?? { samples: [] }, report))
  )
}
