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

export const PeerEvent = Type.Object({
  event: Type.Union([Type.Literal('connect'), Type.Literal('disconnect'), Type.Literal('introduce')]),
  device: DeviceId
})
export type PeerEvent = Static<typeof PeerEvent>

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
    }
  },
  events: { peers: PeerEvent },
  problems: { BAD_ADDRESS: 400, UNREACHABLE: 502 }
})
