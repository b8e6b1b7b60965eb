import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** Who is near, and how this device shows itself. */
export const nearQuery = queryOptions({
  queryKey: ['near'],
  queryFn: ({ signal }) => client.near.get({ signal })
})
