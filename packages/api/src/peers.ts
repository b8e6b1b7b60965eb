import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, Timestamp } from './values.ts'

export const Connection = Type.Object({
  address: Type.String(),
  transport: Type.String({ description: 'tcp, websocket, …' }),
  encryption: Type.String({ description: 'tls, noise' }),
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
