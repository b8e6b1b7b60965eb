import type { Activity } from '@borgo/api'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** Invitations to activities, the newest first. */
export const activitiesQuery = queryOptions({
  queryKey: ['activities'],
  queryFn: ({ signal }) => client.activities.list({ signal })
})

/** Asks for them again whenever one began or is in another state; the shell does it for all pages. */
export function useLiveActivities(): void {
  const queries = useQueryClient()
  useEvent('activities', () => void queries.invalidateQueries({ queryKey: activitiesQuery.queryKey }))
}

/** Invitations by others that wait for an answer. */
export function useRinging(): Activity[] {
  const { data = [] } = useQuery(activitiesQuery)
  return data.filter(({ mine, state }) => !mine && state === 'ringing')
}

/** A change of invitations; what is shown is asked for again before `onDone`. */
export function useActivityChange<T>(change: (input: T) => Promise<Activity>, onDone?: (result: Activity) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async result => {
      await queries.invalidateQueries({ queryKey: activitiesQuery.queryKey })
      onDone?.(result)
    },
    // What went wrong may be that it was answered elsewhere.
    onError: () => queries.invalidateQueries({ queryKey: activitiesQuery.queryKey })
  })
}

interface Answer {
  id: string
  isYes: boolean
  message?: string
  /** base64 */
  data?: string
}

/** Says yes or no to an invitation. */
export function useAnswer(onDone?: (result: Activity) => void) {
  return useActivityChange(({ id, isYes, message = '', data }: Answer) => {
    const body = { ...(message !== '' && { message }), ...(data !== undefined && { data }) }
    return isYes
      ? client.activities.accept({ params: { id }, body })
      : client.activities.decline({ params: { id }, body })
  }, onDone)
}
