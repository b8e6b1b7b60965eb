import { Type, type Static } from 'typebox'
import { Directory } from './names.ts'
import { area } from './route.ts'
import { AccountId, DeviceId, Name, Timestamp } from './values.ts'

export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  problems: Type.Array(Type.String(), { description: 'What is wrong and what helps; empty when ok' })
})
export type Health = Static<typeof Health>

export const PluginStatus = Type.Object({
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('stopped'), Type.Literal('failed')]),
  error: Type.Optional(Type.String({ description: 'Why it failed' }))
})
export type PluginStatus = Static<typeof PluginStatus>

export const Identity = Type.Object({
  account: AccountId,
  device: DeviceId,
  name: Type.String(),
  addresses: Type.Array(Type.String({ description: 'Multiaddr on which others reach this node' }))
})
export type Identity = Static<typeof Identity>

/** Whether machines that are not near can dial the node over one version of IP, and how that is known. */
export const IpReach = Type.Union([
  Type.Object({
    state: Type.Literal('reachable'),
    at: Type.Integer({ description: 'When somebody last came in from a public address, ms since 1970' })
  }),
  Type.Object({
    state: Type.Literal('behind-nat'),
    seenAs: Type.String({ description: 'Where others see it: an address that none of its interfaces has' })
  }),
  Type.Object({ state: Type.Union([Type.Literal('unknown'), Type.Literal('absent')]) })
])
export type IpReach = Static<typeof IpReach>

export const UpnpState = Type.Union([
  Type.Object({ state: Type.Union([Type.Literal('off'), Type.Literal('searching')]) }),
  Type.Object({ state: Type.Literal('mapped'), addresses: Type.Array(Type.String()) }),
  Type.Object({ state: Type.Literal('failed'), reason: Type.String() })
])
export type UpnpState = Static<typeof UpnpState>

/** How a node is reached, and how it finds others. */
export const NodeReach = Type.Object({
  ipv4: IpReach,
  ipv6: IpReach,
  relays: Type.Array(DeviceId, { description: 'Members that relay for it, and keep a place' }),
  upnp: UpnpState,
  dht: Directory,
  discovery: Type.Object({
    places: Type.Integer({ minimum: 0, description: 'Places in the DHT where members of its groups meet' }),
    notes: Type.Integer({ minimum: 0, description: 'Places where it left a note of where it is' }),
    alone: Type.Integer({ minimum: 0, description: 'Groups of which nobody is connected' }),
    foundAt: Type.Optional(Type.Integer({ description: "When a member's note was found last, ms since 1970" }))
  })
})
export type NodeReach = Static<typeof NodeReach>

export const NodeStatus = Type.Object({
  identity: Identity,
  version: Type.String(),
  folder: Type.String({ description: 'Absolute path of the data folder' }),
  startedAt: Timestamp,
  health: Health,
  plugins: Type.Array(PluginStatus),
  peers: Type.Integer({ minimum: 0, description: 'Connected devices' }),
  groups: Type.Integer({ minimum: 0, description: 'Without conversations of two' }),
  traffic: Type.Object({
    bytesIn: Type.Integer({ minimum: 0 }),
    bytesOut: Type.Integer({ minimum: 0 })
  }),
  memoryBytes: Type.Integer({ minimum: 0, description: 'Resident set' }),
  reach: NodeReach
})
export type NodeStatus = Static<typeof NodeStatus>

/** What a monitor may know of a node. */
export const NodeFigures = Type.Pick(NodeStatus, [
  'version',
  'startedAt',
  'health',
  'plugins',
  'peers',
  'groups',
  'traffic',
  'memoryBytes'
])
export type NodeFigures = Static<typeof NodeFigures>

/** Sent every two seconds while somebody listens, for live charts. */
export const TrafficEvent = Type.Object({
  at: Timestamp,
  peers: Type.Integer({ minimum: 0 }),
  bytesIn: Type.Integer({ minimum: 0, description: 'Since the node started' }),
  bytesOut: Type.Integer({ minimum: 0, description: 'Since the node started' })
})
export type TrafficEvent = Static<typeof TrafficEvent>

export const status = area({
  name: 'status',
  routes: {
    health: {
      method: 'GET',
      path: '/health',
      scope: 'public',
      summary: 'Whether the node is up; 200 also when degraded',
      response: Type.Pick(Health, ['status'])
    },
    get: { method: 'GET', path: '/status', summary: 'This node at a glance', response: NodeStatus },
    figures: {
      method: 'GET',
      path: '/status/figures',
      scope: 'metrics',
      summary: 'How the node is, without whose it is and where it is reached',
      response: NodeFigures
    },
    identity: { method: 'GET', path: '/identity', summary: 'Who this node is', response: Identity },
    rename: {
      method: 'PATCH',
      path: '/identity',
      summary: 'Change the display name that others see',
      body: Type.Object({ name: Name }),
      response: Identity
    }
  },
  events: { node: TrafficEvent },
  problems: {}
})
