import { useMutation, useQueryClient } from '@tanstack/react-query'
import { contactsQuery } from '../../components/contact-queries.ts'

/** A change of what is known of people; what the page shows is asked for again before `onDone`. */
export function useContactChange<T = void, R = unknown>(
  change: (input: T) => Promise<R>,
  onDone?: (result: R) => void
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async result => {
      await queries.invalidateQueries({ queryKey: contactsQuery.queryKey })
      onDone?.(result)
    }
  })
}
