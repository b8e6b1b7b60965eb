import type { ComputeEvent, JobPart } from '@borgo/api'
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** Most parts that are asked for at once. */
const PARTS = 10_000
/** What one works on for others changes without an event, ms. */
const WORK_INTERVAL_MS = 2_000

/** Every job of every group: own ones first. */
export const jobsQuery = queryOptions({
  queryKey: ['compute', 'jobs'],
  queryFn: ({ signal }) => client.compute.jobs({ signal })
})

export function jobQuery(job: string) {
  return queryOptions({
    queryKey: ['compute', 'job', job],
    queryFn: ({ signal }) => client.compute.job({ params: { job }, signal })
  })
}

/** The accepted parts of a job of this node. */
export function partsQuery(job: string) {
  return queryOptions({
    queryKey: ['compute', 'parts', job],
    queryFn: ({ signal }) => client.compute.parts({ params: { job }, query: { limit: PARTS }, signal }),
    staleTime: Infinity
  })
}

export const sharingQuery = queryOptions({
  queryKey: ['compute', 'sharing'],
  queryFn: ({ signal }) => client.compute.sharing({ signal }),
  refetchInterval: WORK_INTERVAL_MS
})

/** Found out once by starting a process; it does not change. */
export const sandboxQuery = queryOptions({
  queryKey: ['compute', 'sandbox'],
  queryFn: ({ signal }) => client.compute.sandbox({ signal }),
  staleTime: Infinity
})

/** Keeps what a page of the jobs shows up to date; call it once in the page. */
export function useLiveJobs(): void {
  const queries = useQueryClient()
  useEvent('compute', (event: ComputeEvent) => {
    if (event.type === 'part') {
      const { hi, lo, worker } = event
      // Parts come fast, so they are added instead of asked for again; nobody shows their time.
      queries.setQueryData<JobPart[]>(
        partsQuery(event.job).queryKey,
        parts => parts && [...parts, { lo, hi, worker, ms: 0 }]
      )
      return
    }
    const keys = event.type === 'sharing' ? [sharingQuery.queryKey] : [jobsQuery.queryKey, jobQuery(event.job).queryKey]
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
  })
}
