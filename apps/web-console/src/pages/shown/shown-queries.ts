import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** What this device shows. */
export const ownObjectsQuery = queryOptions({
  queryKey: ['objects', 'own'],
  queryFn: ({ signal }) => client.objects.own({ signal })
})

/** What others who are connected show to this person now. */
export const seenObjectsQuery = queryOptions({
  queryKey: ['objects', 'seen'],
  queryFn: ({ signal }) => client.objects.list({ query: {}, signal })
})

/** Which apps this person says to have. */
export const ownAppsQuery = queryOptions({
  queryKey: ['apps', 'own'],
  queryFn: ({ signal }) => client.apps.own({ signal })
})

/** Which apps somebody has, as far as they show it. */
export function appsOfQuery(account: string) {
  return queryOptions({
    queryKey: ['apps', 'of', account],
    queryFn: ({ signal }) => client.apps.of({ params: { account }, signal })
  })
}

/** Keeps all of them up to date; call it once in a page. */
export function useLiveShown(): void {
  const queries = useQueryClient()
  useEvent('objects', () => void queries.invalidateQueries({ queryKey: ['objects'] }))
  useEvent('apps', () => void queries.invalidateQueries({ queryKey: ['apps'] }))
}

/** A change of what this person shows; it is asked for again before `onDone`. */
export function useShownChange<T>(change: (input: T) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all(['objects', 'apps'].map(key => queries.invalidateQueries({ queryKey: [key] })))
      onDone?.()
    },
    // It may have expired meanwhile.
    onError: () => queries.invalidateQueries({ queryKey: ['objects'] })
  })
}
