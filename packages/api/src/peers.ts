import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, Timestamp } from './values.ts'

export const NotBetter = Type.Object({
  reason: Type.Union(
    [
      Type.Literal('under-way'),
      Type.Literal('no-direct-address'),
      Type.Literal('dial-failed'),
      Type.Literal('hole-punch-failed'),
      Type.Literal('policy')
    ],
    { description: 'Why a relayed connection is not a direct one' }
  ),
  code: Type.Optional(
    Type.String({ description: 'What the system said of the last attempt: ECONNREFUSED, TIMEOUT, …' })
  )
})
export type NotBetter = Static<typeof NotBetter>

export const Connection = Type.Object({
  address: Type.String(),
  path: Type.Union([Type.Literal('direct'), Type.Literal('hole-punched'), Type.Literal('relayed')]),
  relay: Type.Optional(Type.Unsafe<string>({ ...DeviceId, description: 'The device that relays it' })),
  notBetter: Type.Optional(NotBetter),
  transport: Type.String({ description: 'tcp, websocket, …; of a relayed connection: to the relay' }),
  encryption: Type.String({ description: 'tls, noise' }),
  bulk: Type.Optional(
    Type.Union([Type.Literal('socket'), Type.Literal('stream')], {
      description:
        'What carries large amounts to this device, since there were any: sockets of its own, or this connection'
    })
  ),
  direction: Type.Union([Type.Literal('inbound'), Type.Literal('outbound')]),
  since: Timestamp,
  rttMs: Type.Optional(Type.Number()),
  bytesIn: Type.Integer({ minimum: 0 }),
  bytesOut: Type.Integer({ minimum: 0 })
})
export type Connection = Static<typeof Connection>

export const Peer = Type.Object({
  device: DeviceId,
  account: Type.Optional(AccountId),
  name: Type.Optional(Type.String({ description: 'What the person calls themselves: a claim' })),
  rttMs: Type.Optional(Type.Number()),
  connections: Type.Array(Connection)
})
export type Peer = Static<typeof Peer>

/** Somebody who is kept out for a while. */
export const Denial = Type.Object({
  device: Type.Optional(DeviceId),
  host: Type.Optional(
    Type.String({
      description: 'An IPv4 address, or the network of 64 bits that an IPv6 one is in; instead of a device'
    })
  ),
  why: Type.Union([Type.Literal('offences'), Type.Literal('blocked'), Type.Literal('asked')], {
    description: 'It broke the rules; the person behind it is blocked; somebody here decided so'
  }),
  reason: Type.Optional(Type.String({ description: 'The last offence; may quote the device' })),
  since: Timestamp,
  until: Timestamp
})
export type Denial = Static<typeof Denial>

/** A page of them, the latest first. */
export const DenialPage = Type.Object({
  denials: Type.Array(Denial),
  before: Type.Optional(Type.String({ description: 'Pass as `before` for more' }))
})
export type DenialPage = Static<typeof DenialPage>

const HOST = { minLength: 1, maxLength: 64 }

export const PeerEvent = Type.Object({
  event: Type.Union([Type.Literal('connect'), Type.Literal('disconnect'), Type.Literal('introduce')]),
  device: DeviceId
})
export type PeerEvent = Static<typeof PeerEvent>

/** Somebody is kept out, or let in again. That many may be at once, so that the list is to be asked for. */
export const DeniedEvent = Type.Object({
  count: Type.Integer({ minimum: 0, description: 'How many are kept out now' })
})
export type DeniedEvent = Static<typeof DeniedEvent>

export const peers = area({
  name: 'peers',
  routes: {
    list: { method: 'GET', path: '/peers', summary: 'The connected devices', response: Type.Array(Peer) },
    dial: {
      method: 'POST',
      path: '/peers',
      summary: 'Connect to an address',
      body: Type.Object({
        address: Type.String({ minLength: 1, maxLength: 1_024, description: 'A multiaddr that ends in /p2p/<device>' })
      }),
      response: Type.Object({ device: DeviceId })
    },
    disconnect: {
      method: 'POST',
      path: '/peers/:device/disconnect',
      summary: 'End the connections to a device; one of a group of yours is dialled again',
      params: Type.Object({ device: DeviceId })
    },
    denied: {
      method: 'GET',
      path: '/peers/denied',
      summary: 'A page of who is kept out now: the latest, or those before a place',
      query: Type.Object({
        before: Type.Optional(Type.String({ maxLength: 128 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }))
      }),
      response: DenialPage
    },
    deny: {
      method: 'POST',
      path: '/peers/denied',
      summary: 'End the connections to a device and keep it out for a while, over restarts',
      body: Type.Object({
        device: DeviceId,
        ms: Type.Integer({ minimum: 1_000, maximum: 366 * 86_400_000, description: 'For how long' })
      }),
      response: DenialPage
    },
    admit: {
      method: 'POST',
      path: '/peers/denied/admit',
      summary: 'Let a device or host in again before the time is over',
      body: Type.Union([Type.Object({ device: DeviceId }), Type.Object({ host: Type.String(HOST) })]),
      response: DenialPage
    }
  },
  events: { peers: PeerEvent, denied: DeniedEvent },
  problems: { BAD_ADDRESS: 400, NOT_SHUT_OUT: 404, UNREACHABLE: 502 }
})
