import { ApiError } from '@borgo/api'
import { MutationCache, QueryCache, QueryClient, type Query } from '@tanstack/react-query'
import { sessionKey } from '../session/session-query.ts'

const RETRIES = 2

function isAnswer(error: Error): error is ApiError {
  return error instanceof ApiError
}

/**
 * What the console knows of the node. Events say what changed (`useEvent`); a page that opens asks again, so nothing
 * shown is older than its page. Answers of the node are final; only silence is asked again.
 */
export function createQueryClient(): QueryClient {
  const noticeSignedOut = (error: Error): void => {
    if (isAnswer(error) && error.code === 'UNAUTHENTICATED') client.setQueryData(sessionKey, null)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: noticeSignedOut }),
    mutationCache: new MutationCache({ onError: noticeSignedOut }),
    defaultOptions: {
      // The node is on this machine: the browser's idea of being online says nothing about it.
      queries: { networkMode: 'always', retry: (failures, error) => !isAnswer(error) && failures < RETRIES },
      mutations: { networkMode: 'always' }
    }
  })
  // A first answer that is still under way may be older than the event: TanStack Query would let it stand.
  const invalidate = client.invalidateQueries.bind(client)
  client.invalidateQueries = async (filters, options) => {
    const isFirst = (query: Query): boolean => query.state.data === undefined && query.state.fetchStatus === 'fetching'
    const wanted = filters?.predicate as ((query: Query) => boolean) | undefined
    await client.cancelQueries({ ...filters, predicate: query => isFirst(query) && (wanted?.(query) ?? true) })
    await invalidate(filters, options)
  }
  return client
}
