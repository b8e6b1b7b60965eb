import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, Timestamp } from './values.ts'

const Data = Type.String({
  contentEncoding: 'base64',
  pattern: '^[A-Za-z0-9+/]*={0,2}$',
  maxLength: 21_848,
  description: 'At most 16,384 bytes, base64'
})
const Comment = Type.String({ maxLength: 256 })
const Addresses = Type.Array(Type.String({ minLength: 1, maxLength: 256, description: 'A multiaddr' }), {
  maxItems: 16
})
const LifetimeMs = Type.Integer({
  minimum: 60_000,
  maximum: 604_800_000,
  description: 'How long others keep an announcement when no further one comes; 2 days at most when global'
})

export const NameScope = Type.Union([Type.Literal('link'), Type.Literal('group'), Type.Literal('global')], {
  description: 'Known to who is connected on the link, to the members of a group, or to everybody'
})
export type NameScope = Static<typeof NameScope>

/** Which of this device's names is meant. */
export const NamePlace = Type.Object({
  label: Type.Unsafe<string>({ ...Name, description: '1 to 64 visible characters, no slash' }),
  scope: NameScope,
  group: Type.Optional(Type.Unsafe<string>({ ...GroupId, description: 'With the scope group, and only with it' }))
})
export type NamePlace = Static<typeof NamePlace>

/** What one device says of a name: signed by it, and the device certified by the account. */
export const NameRecord = Type.Object({
  name: Type.String({ description: '<account>/<label>' }),
  account: AccountId,
  label: Type.String(),
  device: DeviceId,
  scope: NameScope,
  group: Type.Optional(GroupId),
  sequence: Type.Integer({ minimum: 1, description: 'Grows with every announcement' }),
  addresses: Type.Array(Type.String(), { description: 'Multiaddrs: a claim' }),
  comment: Type.String(),
  data: Data,
  issuedAt: Timestamp,
  expiresAt: Timestamp,
  rttMs: Type.Optional(
    Type.Number({ description: 'How far the device is, where the nearest were wanted and it could be reached' })
  )
})
export type NameRecord = Static<typeof NameRecord>

/** The last line of a search: everybody was asked, so many were wanted, or its time was over. */
export const NameSearchEnd = Type.Object({
  end: Type.Union([Type.Literal('all'), Type.Literal('limit'), Type.Literal('time')])
})
export type NameSearchEnd = Static<typeof NameSearchEnd>

/** A name that this device has, until it is withdrawn. */
export const Registration = Type.Object({
  name: Type.String({ description: '<account>/<label>' }),
  label: Type.String(),
  scope: NameScope,
  group: Type.Optional(GroupId),
  comment: Type.String(),
  data: Data,
  addresses: Type.Optional(
    Type.Unsafe<string[]>({ ...Addresses, description: 'When they are fixed; otherwise those of this node' })
  ),
  lifetimeMs: LifetimeMs,
  announcedAt: Type.Optional(Timestamp),
  expiresAt: Type.Optional(Type.Unsafe<number>({ ...Timestamp, description: 'Of the last announcement' })),
  holders: Type.Integer({ minimum: 0, description: 'How many other nodes took the last one; for the global scope' })
})
export type Registration = Static<typeof Registration>

const Table = Type.Object({
  mode: Type.Union([Type.Literal('off'), Type.Literal('client'), Type.Literal('server')]),
  peers: Type.Integer({ minimum: 0 })
})

/** How this node takes part in the directory of global names. */
export const Directory = Type.Object({
  lan: Type.Unsafe<Static<typeof Table>>({ ...Table, description: 'Among nodes that reach each other privately' }),
  wan: Type.Unsafe<Static<typeof Table>>({ ...Table, description: 'Among nodes with public addresses' }),
  keys: Type.Integer({ minimum: 0, description: 'What it keeps, for others and itself' }),
  bytes: Type.Integer({ minimum: 0 })
})
export type Directory = Static<typeof Directory>

/** A name was registered, changed, announced or withdrawn. */
export const NameEvent = Type.Object({ label: Type.String() })
export type NameEvent = Static<typeof NameEvent>

export const names = area({
  name: 'names',
  routes: {
    own: { method: 'GET', path: '/names', summary: 'The names of this device', response: Type.Array(Registration) },
    register: {
      method: 'PUT',
      path: '/names',
      summary: 'Register a name for this device, or replace what it says; announced from then on',
      body: Type.Object({
        ...NamePlace.properties,
        comment: Type.Optional(Comment),
        data: Type.Optional(Data),
        addresses: Type.Optional(Addresses),
        lifetimeMs: Type.Optional(LifetimeMs)
      }),
      response: Registration
    },
    update: {
      method: 'PATCH',
      path: '/names',
      summary: 'Change what a registered name says; addresses null: those of this node, as they change',
      body: Type.Object({
        ...NamePlace.properties,
        comment: Type.Optional(Comment),
        data: Type.Optional(Data),
        addresses: Type.Optional(Type.Union([Addresses, Type.Null()])),
        lifetimeMs: Type.Optional(LifetimeMs)
      }),
      response: Registration
    },
    withdraw: { method: 'DELETE', path: '/names', summary: 'Give a name up, and say so', query: NamePlace },
    resolve: {
      method: 'GET',
      path: '/names/found',
      summary:
        'What devices say of a name, as lines of JSON: a record as soon as it is found, a newer one of a device may follow; the last line says how the search ended. Hanging up cancels',
      query: Type.Object({
        name: Type.String({ maxLength: 400, description: '<account>/<label>' }),
        scope: Type.Optional(NameScope),
        group: Type.Optional(GroupId),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000, default: 30_000 })),
        nearest: Type.Optional(
          Type.Boolean({
            description:
              'The nearest first: nothing comes before all have answered. Those not connected are dialled, unless the token may only read'
          })
        ),
        excludeSelf: Type.Optional(Type.Boolean({ description: 'Without what this device registered' }))
      }),
      response: 'bytes'
    },
    directory: {
      method: 'GET',
      path: '/names/directory',
      summary: 'How this node takes part in the directory of global names',
      response: Directory
    }
  },
  events: { names: NameEvent },
  problems: { BAD_ADDRESS: 400, BAD_PEER_NAME: 400, GROUP_UNKNOWN: 404, NAME_UNKNOWN: 404, TOO_MANY_NAMES: 409 }
})
