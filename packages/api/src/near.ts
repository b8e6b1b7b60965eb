import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, Name } from './values.ts'

const Interests = Type.Array(Name, { maxItems: 16 })

/** Somebody on the same link who shows themselves, too. */
export const NearPerson = Type.Object({
  account: AccountId,
  name: Type.String(),
  interests: Type.Array(Type.String()),
  devices: Type.Array(DeviceId)
})
export type NearPerson = Static<typeof NearPerson>

export const NearMe = Type.Object({
  on: Type.Boolean({ description: 'Whether this device shows itself to, and sees, people on the same link' }),
  interests: Interests,
  people: Type.Array(NearPerson)
})
export type NearMe = Static<typeof NearMe>

/** Somebody came near, changed or went. */
export const NearEvent = Type.Object({ account: AccountId })
export type NearEvent = Static<typeof NearEvent>

export const near = area({
  name: 'near',
  routes: {
    get: { method: 'GET', path: '/near', summary: 'Who is near, and how this device shows itself', response: NearMe },
    set: {
      method: 'PATCH',
      path: '/near',
      summary: 'Show oneself to people on the same link, or not any more',
      body: Type.Object({ on: Type.Optional(Type.Boolean()), interests: Type.Optional(Interests) }),
      response: NearMe
    }
  },
  events: { near: NearEvent },
  problems: {}
})
