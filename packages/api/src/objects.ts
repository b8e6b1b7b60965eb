import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, Data, GroupId, Label, Timestamp } from './values.ts'

export const ShownTo = Type.Union([Type.Literal('link'), Type.Literal('contacts'), Type.Literal('all'), GroupId], {
  description: 'Who sees it: people on the same link, contacts, all who are connected, or the members of a group'
})
const ByLabel = Type.Object({ id: Label })

/** A small thing that somebody shows to others. */
export const SeenObject = Type.Object({
  account: AccountId,
  id: Label,
  type: Label,
  data: Data,
  publishedAt: Timestamp,
  expiresAt: Type.Optional(Timestamp)
})
export type SeenObject = Static<typeof SeenObject>

export const PublishedObject = Type.Object({
  id: Label,
  type: Label,
  data: Data,
  scope: ShownTo,
  publishedAt: Timestamp,
  expiresAt: Type.Optional(Timestamp)
})
export type PublishedObject = Static<typeof PublishedObject>

export const ObjectEvent = Type.Object({ account: AccountId, id: Type.String() })
export type ObjectEvent = Static<typeof ObjectEvent>

export const objects = area({
  name: 'objects',
  routes: {
    list: {
      method: 'GET',
      path: '/objects',
      summary: 'What others show to this person now',
      query: Type.Object({ account: Type.Optional(AccountId), type: Type.Optional(Label) }),
      response: Type.Array(SeenObject)
    },
    own: {
      method: 'GET',
      path: '/objects/own',
      summary: 'What this device shows',
      response: Type.Array(PublishedObject)
    },
    publish: {
      method: 'PUT',
      path: '/objects/own/:id',
      summary: 'Show an object, or another version of it',
      params: ByLabel,
      body: Type.Object({
        type: Label,
        data: Data,
        scope: ShownTo,
        expiresInMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 315_360_000_000 }))
      }),
      response: PublishedObject
    },
    withdraw: { method: 'DELETE', path: '/objects/own/:id', summary: 'Show it no longer', params: ByLabel }
  },
  events: { objects: ObjectEvent },
  problems: { OBJECT_UNKNOWN: 404 }
})
