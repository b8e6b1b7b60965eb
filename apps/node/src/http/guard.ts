import { SCOPES, type Access, type Scope } from '@borgo/api'
import type { Clock } from '@borgo/core'
import type { AccessStore } from './access.ts'
import { httpError } from './problem.ts'

/** Wrong credentials that are answered within a minute; further ones get RATE_LIMITED. Right ones always pass. */
export const WRONG_PER_MINUTE = 20
const MINUTE_MS = 60_000

/** What the guard looks at. */
export interface Incoming {
  /** Came through the Unix socket, which only this user can open. */
  socket: boolean
  host: string | undefined
  origin: string | undefined
  fetchSite: string | undefined
  cookie: string | undefined
  authorization: string | undefined
}

export interface Guard {
  /**
   * Lets a request in or throws WRONG_HOST, FORBIDDEN, UNAUTHENTICATED, RATE_LIMITED. Undefined: in, but nobody in
   * particular (public routes only).
   */
  admit(incoming: Incoming, scope: Scope): Admitted | undefined
  /** Counts a wrong credential that came by another way (a one-time link). Throws RATE_LIMITED. */
  countWrong(): void
  /** Runs `end` once when who was let in would not be any more; returns its undo. For answers that last. */
  whenOver(admitted: Admitted | null, end: () => void): () => void
}
/** The id of the session or token that asks. */
export type Admitted = Access & { session?: string; token?: string }

/**
 * Stands before everything the server answers, so that a web page, a name that was rebound to 127.0.0.1 or another user
 * of this machine gets nothing (SPEC N-10 to N-14).
 */
export function createGuard(options: {
  access: AccessStore
  clock: Clock
  cookieName: string
  /** Exact values of the Host header by which this server is reached. */
  hosts: () => ReadonlySet<string>
}): Guard {
  const { access, clock, cookieName, hosts } = options
  let wrong = { count: 0, since: clock.now() }

  function countWrong(): void {
    const now = clock.now()
    if (now - wrong.since >= MINUTE_MS) wrong = { count: 0, since: now }
    wrong.count += 1
    if (wrong.count > WRONG_PER_MINUTE) throw httpError('RATE_LIMITED', 'too many wrong credentials: wait a minute')
  }

  function identify({ authorization, cookie }: Incoming): Admitted | undefined {
    if (authorization !== undefined) {
      const [scheme, secret] = authorization.split(' ')
      const found = scheme?.toLowerCase() === 'bearer' && secret ? access.byToken(secret) : undefined
      if (!found) return undefined
      const { id, ...token } = found
      return { ...token, token: id }
    }
    const secret = cookie === undefined ? undefined : readCookie(cookie, cookieName)
    const found = secret === undefined ? undefined : access.bySession(secret)
    if (!found) return undefined
    const { id, ...session } = found
    return { ...session, session: id }
  }

  return {
    countWrong,
    whenOver(admitted, end) {
      const id = admitted?.session ?? admitted?.token
      return id === undefined ? () => undefined : access.whenOver(id, end)
    },
    admit(incoming, scope) {
      if (incoming.socket) return { by: 'socket', scope: 'admin' }
      const { host, origin, fetchSite } = incoming
      if (host === undefined || !hosts().has(host))
        throw httpError('WRONG_HOST', 'this node is not reached by that name')
      if (origin !== undefined && origin !== `http://${host}`)
        throw httpError('FORBIDDEN', 'other web sites may not use this node')
      if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
        throw httpError('FORBIDDEN', 'other web sites may not use this node')

      const admitted = identify(incoming)
      if (scope === 'public') return admitted
      if (!admitted) {
        if (incoming.authorization !== undefined || incoming.cookie !== undefined) countWrong()
        throw httpError('UNAUTHENTICATED', 'sign in first: `borgo open` prints a link to the console')
      }
      if (SCOPES.indexOf(admitted.scope) < SCOPES.indexOf(scope))
        throw httpError('FORBIDDEN', `this token is for ${admitted.scope} only: make one with the scope ${scope}`)
      return admitted
    }
  }
}

/** The value of a cookie in a Cookie header; https://www.rfc-editor.org/rfc/rfc6265#section-4.2. */
function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}
