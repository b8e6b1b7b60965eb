import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** The names of this device. */
export const namesQuery = queryOptions({
  queryKey: ['names'],
  queryFn: ({ signal }) => client.names.own({ signal })
})

/** How this node takes part in the directory of global names. */
export const directoryQuery = queryOptions({
  queryKey: ['directory'],
  queryFn: ({ signal }) => client.names.directory({ signal })
})

/** Asks for them again whenever one was registered, changed, announced or withdrawn. */
export function useLiveNames(): void {
  const queries = useQueryClient()
  useEvent('names', () => void queries.invalidateQueries({ queryKey: namesQuery.queryKey }))
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: directoryQuery.queryKey }))
}

/** A change of this device's names; the list is asked for again before `onDone`. */
export function useNameChange<T = void, R = unknown>(change: (input: T) => Promise<R>, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: namesQuery.queryKey })
      onDone()
    }
  })
}
