import {
  api,
  type Activity as ApiActivity,
  type NearMe as ApiNearMe,
  type PublishedObject as ApiPublishedObject,
  type SeenObject as ApiSeenObject
} from '@borgo/api'
import { BorgoError, parseAccountId, parseRecordId } from '@borgo/core'
import type { Activity, AnswerOptions, Groups, People, PublishedObject, RecordId, Scope, SeenObject } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { httpError } from '../http/problem.ts'

interface Options {
  people: People
  bus: EventBus
}

export function presenceRoutes({ people: { onChange, presence }, bus }: Options): Served {
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

export function nearRoutes({ people: { near, onChange }, bus }: Options): Served {
  onChange(event => {
    if (event.type === 'near') bus.publish('near', { account: event.account })
  })
  const shown = (): ApiNearMe => ({ ...near.setting, people: near.list() })
  return serve(api.near, {
    get: shown,
    set({ body }) {
      asked(() => near.set(body))
      return shown()
    }
  })
}

export function objectsRoutes({ people: { apps, objects, onChange }, bus }: Options): Served {
  const registered = new Map<string, () => void>()
  onChange(event => {
    if (event.type === 'object') bus.publish('objects', { account: event.account, id: event.id })
    if (event.type === 'app') bus.publish('apps', { account: event.account, id: event.id })
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
    withdraw: ({ params }) => objects.withdraw(params.id),
    apps: ({ params }) => apps.of(parseAccountId(params.account)),
    ownApps: () => apps.own(),
    registerApp({ params, body: { scope, ...body } }) {
      const undo = asked(() => apps.register({ ...params, ...body, scope: scope as Scope }))
      registered.get(params.id)?.()
      registered.set(params.id, undo)
    },
    removeApp({ params }) {
      const undo = registered.get(params.id)
      if (!undo) throw new BorgoError('OBJECT_UNKNOWN', 'no such app was registered over the API')
      registered.delete(params.id)
      undo()
    }
  })
}

export function activitiesRoutes({ people, groups, bus }: Options & { groups: Pick<Groups, 'get'> }): Served {
  const { activities, contacts, onChange } = people
  onChange(event => {
    if (event.type === 'ringers') bus.publish('ringers', { from: activities.ringers })
    if (event.type !== 'activity') return
    const { id, account, app, mine, state } = event.activity
    bus.publish('activities', { id, account, app, mine, state })
  })
  const shown = ({ answer, data, ...activity }: Activity): ApiActivity => ({
    ...activity,
    name: contacts.get(activity.account)?.name ?? groups.get(activity.group)?.nameOf(activity.account) ?? '',
    data: base64(data),
    answer: answer && { ...answer, data: base64(answer.data) }
  })
  const find = (id: RecordId): Activity => {
    const activity = activities.get(id)
    if (!activity) throw new BorgoError('ACTIVITY_UNKNOWN', 'there is no such invitation here')
    return activity
  }
  const words = ({ data, message }: { data?: string; message?: string }): AnswerOptions => ({
    ...(message !== undefined && { message }),
    ...(data !== undefined && { data: bytes(data) })
  })

  return serve(api.activities, {
    list: () => activities.list().map(shown),
    ringers: () => ({ from: activities.ringers }),
    async setRingers({ body }) {
      await activities.setRingers(body.from)
      return { from: activities.ringers }
    },
    get: ({ params }) => shown(find(parseRecordId(params.id))),
    async invite({ body }) {
      const { account, app, expiresInMs } = body
      const options = { app, ...words(body), ...(expiresInMs !== undefined && { expiresInMs }) }
      return shown(await activities.invite(parseAccountId(account), options))
    },
    accept: async ({ params, body }) => shown(await activities.accept(parseRecordId(params.id), words(body))),
    decline: async ({ params, body }) => shown(await activities.decline(parseRecordId(params.id), words(body))),
    cancel: async ({ params, body }) => shown(await activities.cancel(parseRecordId(params.id), words(body)))
  })
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64')
}
function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

/** What the schema cannot see, such as hidden characters in a name, is the caller's mistake all the same. */
function asked<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TypeError) throw httpError('BAD_REQUEST', error.message)
    throw error
  }
}
