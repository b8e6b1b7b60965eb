import { api, type NearMe as ApiNearMe } from '@borgo/api'
import type { People } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { asked } from '../http/asked.ts'

export function nearRoutes({ people: { near, onChange }, bus }: { people: People; bus: EventBus }): Served {
  onChange(event => {
    if (event.type === 'near') bus.publish('near', { account: event.account })
  })
  const shown = (): ApiNearMe => ({ ...near.setting, people: near.list() })
  return serve(api.near, {
    get: shown,
    async set({ body }) {
      await asked(() => near.set(body))
      return shown()
    }
  })
}
