import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { Timestamp } from './values.ts'

const GrantScope = Type.Union([Type.Literal('metrics'), Type.Literal('read'), Type.Literal('admin')])
const Secret = Type.String({ minLength: 16, maxLength: 128 })

/** How this request was let in. */
export const Access = Type.Object({
  by: Type.Union([Type.Literal('session'), Type.Literal('token'), Type.Literal('socket')]),
  scope: GrantScope,
  expiresAt: Type.Optional(Timestamp)
})
export type Access = Static<typeof Access>

export const ConsoleLink = Type.Object({
  url: Type.String({ description: 'Works once; whoever opens it has full access' }),
  expiresAt: Timestamp
})
export type ConsoleLink = Static<typeof ConsoleLink>

export const Session = Type.Object({
  id: Type.String(),
  createdAt: Timestamp,
  usedAt: Timestamp,
  expiresAt: Timestamp,
  current: Type.Boolean({ description: 'The one that asks' })
})
export type Session = Static<typeof Session>

export const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scope: GrantScope,
  createdAt: Timestamp,
  expiresAt: Type.Optional(Timestamp)
})
export type Token = Static<typeof Token>

export const NewToken = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  scope: GrantScope,
  expiresInMs: Type.Optional(Type.Integer({ minimum: 1_000, description: 'Left out: until revoked' }))
})

export const CreatedToken = Type.Object({
  token: Type.String({ description: 'Shown this once; the node keeps only its hash' }),
  info: Token
})
export type CreatedToken = Static<typeof CreatedToken>

const ById = Type.Object({ id: Type.String({ pattern: '^[\\w-]{1,32}$' }) })

/** Who may use the API: one-time links, the sessions made with them, bearer tokens. */
export const access = area({
  name: 'access',
  routes: {
    signIn: {
      method: 'POST',
      path: '/session',
      scope: 'public',
      summary: 'Sign in with the secret of a one-time link; sets the session cookie',
      body: Type.Object({ token: Secret }),
      response: Access
    },
    whoAmI: {
      method: 'GET',
      path: '/session',
      scope: 'metrics',
      summary: 'How this request was let in',
      response: Access
    },
    signOut: { method: 'DELETE', path: '/session', scope: 'metrics', summary: 'End this session' },
    createLink: {
      method: 'POST',
      path: '/links',
      summary: 'A new one-time link to the console',
      response: ConsoleLink,
      status: 201
    },
    sessions: {
      method: 'GET',
      path: '/sessions',
      scope: 'admin',
      summary: 'Who is signed in',
      response: Type.Array(Session)
    },
    endSession: { method: 'DELETE', path: '/sessions/:id', summary: 'End a session', params: ById },
    tokens: {
      method: 'GET',
      path: '/tokens',
      scope: 'admin',
      summary: 'The bearer tokens',
      response: Type.Array(Token)
    },
    createToken: {
      method: 'POST',
      path: '/tokens',
      summary: 'A new bearer token',
      body: NewToken,
      response: CreatedToken,
      status: 201
    },
    revokeToken: { method: 'DELETE', path: '/tokens/:id', summary: 'Revoke a bearer token', params: ById }
  },
  events: {},
  problems: { LINK_UNKNOWN: 401 }
})
