import { api } from '@borgo/api'
import { BorgoError, parseAccountId } from '@borgo/core'
import type { People, Scope } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { asked } from '../http/asked.ts'

export function appsRoutes({ people: { apps, onChange }, bus }: { people: People; bus: EventBus }): Served {
  const registered = new Map<string, () => void>()
  onChange(event => {
    if (event.type === 'app') bus.publish('apps', { account: event.account, id: event.id })
  })

  return serve(api.apps, {
    own: () => apps.own(),
    of: ({ params }) => apps.of(parseAccountId(params.account)),
    async register({ params, body: { scope, ...body } }) {
      const undo = await asked(() => apps.register({ ...params, ...body, scope: scope as Scope }))
      registered.get(params.id)?.()
      registered.set(params.id, undo)
    },
    remove({ params }) {
      const undo = registered.get(params.id)
      if (!undo) throw new BorgoError('OBJECT_UNKNOWN', 'no such app was registered over the API')
      registered.delete(params.id)
      undo()
    }
  })
}
