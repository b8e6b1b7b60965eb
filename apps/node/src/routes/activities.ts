import { api, type Activity as ApiActivity } from '@borgo/api'
import { BorgoError, parseAccountId, parseRecordId } from '@borgo/core'
import type { Activity, AnswerOptions, Groups, People, RecordId } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { base64, bytes } from '../http/base64.ts'

export function activitiesRoutes({
  people,
  groups,
  bus
}: {
  people: People
  groups: Pick<Groups, 'get'>
  bus: EventBus
}): Served {
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
