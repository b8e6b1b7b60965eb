import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, Name, Timestamp } from './values.ts'

export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  problems: Type.Array(Type.String(), { description: 'What is wrong and what helps; empty when ok' })
})
export type Health = Static<typeof Health>

export const PluginStatus = Type.Object({
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('failed')]),
  error: Type.Optional(Type.String())
})
export type PluginStatus = Static<typeof PluginStatus>

export const Identity = Type.Object({
  account: AccountId,
  device: DeviceId,
  name: Type.String(),
  addresses: Type.Array(Type.String({ description: 'Multiaddr on which others reach this node' }))
})
export type Identity = Static<typeof Identity>

export const NodeStatus = Type.Object({
  identity: Identity,
  version: Type.String(),
  folder: Type.String({ description: 'Absolute path of the data folder' }),
  startedAt: Timestamp,
  health: Health,
  plugins: Type.Array(PluginStatus),
  peers: Type.Integer({ minimum: 0, description: 'Connected devices' }),
  groups: Type.Integer({ minimum: 0 }),
  traffic: Type.Object({
    bytesIn: Type.Integer({ minimum: 0 }),
    bytesOut: Type.Integer({ minimum: 0 })
  }),
  memoryBytes: Type.Integer({ minimum: 0, description: 'Resident set' })
})
export type NodeStatus = Static<typeof NodeStatus>

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
