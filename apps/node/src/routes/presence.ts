import { api } from '@borgo/api'
import { parseAccountId } from '@borgo/core'
import type { People } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

export function presenceRoutes({ people: { onChange, presence }, bus }: { people: People; bus: EventBus }): Served {
  onChange(event => {
    if (event.type === 'presence') bus.publish('presence', { account: event.account })
  })
  return serve(api.presence, {
    setting: () => presence.setting,
    async set({ body }) {
      await presence.set(body)
      return presence.setting
    },
    idle: ({ body }) => presence.setIdle(body.idle),
    get: ({ params }) => presence.of(parseAccountId(params.account))
  })
}
