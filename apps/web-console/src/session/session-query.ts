import { ApiError, type Access } from '@borgo/api'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../api/client.ts'

export const sessionKey = ['session'] as const

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

async function present(signal: AbortSignal): Promise<Access | null> {
  try {
    return await client.access.whoAmI({ signal })
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

/**
 * How this browser is signed in; null when it is not. A `secret` is tried first; a used-up one is only an error for
 * whoever is not signed in already.
 */
export function sessionQuery(secret: string | undefined) {
  return queryOptions({
    queryKey: sessionKey,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      if (secret === undefined) return present(signal)
      try {
        return await client.access.signIn({ body: { token: secret } })
      } catch (error) {
        const access = isRefusal(error) ? await present(signal) : null
        if (access) return access
        throw error
      }
    }
  })
}
