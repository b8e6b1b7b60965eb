import { api } from '@borgo/api'
import type { AccessStore } from '../http/access.ts'
import { serve, type Served } from '../http/area.ts'
import type { Guard } from '../http/guard.ts'
import { httpError } from '../http/problem.ts'

export function accessRoutes(options: {
  access: AccessStore
  guard: Guard
  cookieName: string
  createLink: () => { url: string; expiresAt: number }
}): Served {
  const { access, guard, cookieName, createLink } = options
  const found = (done: boolean): void => {
    if (!done) throw httpError('NOT_FOUND', 'there is none with this id')
  }
  return serve(api.access, {
    signIn({ body }, { reply }) {
      const signedIn = access.signIn(body.token)
      if (!signedIn) {
        guard.countWrong()
        throw httpError('LINK_UNKNOWN', 'this link was used already or is too old: `borgo open` prints a new one')
      }
      void reply.header('set-cookie', `${cookieName}=${signedIn.secret}; Path=/; HttpOnly; SameSite=Strict`)
      return signedIn.access
    },
    whoAmI(_, { admitted }) {
      if (!admitted) throw httpError('UNAUTHENTICATED', 'sign in first')
      const { by, scope, expiresAt } = admitted
      return { by, scope, ...(expiresAt !== undefined && { expiresAt }) }
    },
    signOut(_, { admitted, reply }) {
      if (admitted?.session !== undefined) access.endSession(admitted.session)
      void reply.header('set-cookie', `${cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
    },
    createLink: () => createLink(),
    sessions: (_, { admitted }) => access.sessions(admitted?.session),
    endSession: ({ params }) => found(access.endSession(params.id)),
    tokens: () => access.tokens(),
    createToken: ({ body }) => access.createToken(body),
    revokeToken: ({ params }) => found(access.revokeToken(params.id))
  })
}
