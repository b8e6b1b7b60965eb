import { api, type NodeStatus } from '@borgo/api'
import type { Clock } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

/** How often the live charts get a point, ms. */
const TRAFFIC_MS = 2_000

export function statusRoutes(options: {
  read: () => NodeStatus
  rename: (name: string) => Promise<void>
  bus: EventBus
  clock: Clock
  defer: (cleanup: () => void) => void
}): Served {
  const { read, rename, bus, clock, defer } = options
  const cancel = clock.every(TRAFFIC_MS, () => {
    if (!bus.isHeard('node')) return
    const { peers, traffic } = read()
    bus.publish('node', { at: clock.now(), peers, ...traffic })
  })
  defer(cancel)
  return serve(api.status, {
    health: () => ({ status: read().health.status }),
    get: () => read(),
    figures() {
      const { version, startedAt, health, plugins, peers, groups, traffic: bytes, memoryBytes } = read()
      return { version, startedAt, health, plugins, peers, groups, traffic: bytes, memoryBytes }
    },
    identity: () => read().identity,
    async rename({ body }) {
      await rename(body.name)
      return read().identity
    }
  })
}
