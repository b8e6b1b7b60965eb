import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

/** Every setting of the node with its value and where that comes from. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => client.config.list({ signal })
})
