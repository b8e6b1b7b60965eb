import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'

export const sessionsQuery = queryOptions({
  queryKey: ['access', 'sessions'],
  queryFn: ({ signal }) => client.access.sessions({ signal })
})

export const tokensQuery = queryOptions({
  queryKey: ['access', 'tokens'],
  queryFn: ({ signal }) => client.access.tokens({ signal })
})
