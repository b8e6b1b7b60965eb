import { useMutation, useQueryClient } from '@tanstack/react-query'
import { renewGroups } from '../../components/group-queries.ts'

/** A change of a group; what the page shows is asked for again before `onDone`. */
export function useGroupChange<T = void>(change: (input: T) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await renewGroups(queries)
      onDone?.()
    }
  })
}
