import { ApiError } from '@borgo/api'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
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
  return client
}
