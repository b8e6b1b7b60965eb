import { api, type PublishedObject as ApiPublishedObject, type SeenObject as ApiSeenObject } from '@borgo/api'
import { parseAccountId } from '@borgo/core'
import type { People, PublishedObject, Scope, SeenObject } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { asked } from '../http/asked.ts'
import { base64, bytes } from '../http/base64.ts'

export function objectsRoutes({ people: { objects, onChange }, bus }: { people: People; bus: EventBus }): Served {
  onChange(event => {
    if (event.type === 'object') bus.publish('objects', { account: event.account, id: event.id })
  })
  const seen = ({ data, ...object }: SeenObject): ApiSeenObject => ({ ...object, data: base64(data) })
  const own = ({ data, ...object }: PublishedObject): ApiPublishedObject => ({ ...object, data: base64(data) })

  return serve(api.objects, {
    list({ query: { account, type } = {} }) {
      return objects.list({ ...(account && { account: parseAccountId(account) }), ...(type && { type }) }).map(seen)
    },
    own: () => objects.own().map(own),
    publish: ({ params, body: { data, scope, ...body } }) =>
      asked(() => own(objects.publish({ ...params, ...body, data: bytes(data), scope: scope as Scope }))),
    withdraw: ({ params }) => objects.withdraw(params.id)
  })
}
