import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, ByAccount } from './values.ts'

export const PresenceState = Type.Union([
  Type.Literal('offline'),
  Type.Literal('out-to-lunch'),
  Type.Literal('away'),
  Type.Literal('be-right-back'),
  Type.Literal('idle'),
  Type.Literal('busy'),
  Type.Literal('on-the-phone'),
  Type.Literal('online')
])
export type PresenceState = Static<typeof PresenceState>

/** How somebody is, as far as they let this person know. */
export const Presence = Type.Object({
  state: PresenceState,
  text: Type.String(),
  lastSeen: Type.Optional(Type.Integer({ minimum: 0, description: 'Of a contact who is offline, ms since 1970' }))
})
export type Presence = Static<typeof Presence>

/** What this person decides about their presence, on all of their devices. */
export const PresenceSetting = Type.Object({
  state: PresenceState,
  text: Type.String({ maxLength: 255 }),
  audience: Type.Union(
    [
      Type.Literal('nobody'),
      Type.Literal('verified'),
      Type.Literal('contacts'),
      Type.Literal('groups'),
      Type.Literal('everyone')
    ],
    { description: 'Who may know; each includes those before it. groups: who shares a group' }
  )
})
export type PresenceSetting = Static<typeof PresenceSetting>

export const PresenceEvent = Type.Object({ account: AccountId })
export type PresenceEvent = Static<typeof PresenceEvent>

export const presence = area({
  name: 'presence',
  routes: {
    setting: {
      method: 'GET',
      path: '/presence',
      summary: 'What this person says of themselves, and to whom',
      response: PresenceSetting
    },
    set: {
      method: 'PATCH',
      path: '/presence',
      summary: 'Say how one is, or who may know',
      body: Type.Partial(PresenceSetting),
      response: PresenceSetting
    },
    idle: {
      method: 'PUT',
      path: '/presence/idle',
      summary:
        'Say whether nobody is at this device: who is online is idle then; that somebody is holds for ten minutes',
      body: Type.Object({ idle: Type.Boolean() })
    },
    get: {
      method: 'GET',
      path: '/presence/:account',
      summary: 'How somebody is',
      params: ByAccount,
      response: Presence
    }
  },
  events: { presence: PresenceEvent },
  problems: {}
})
