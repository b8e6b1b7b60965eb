import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, Data, DeviceId, GroupId, Label, RecordId, Timestamp } from './values.ts'

/** An invitation to do something together. */
export const Activity = Type.Object({
  id: RecordId,
  group: GroupId,
  account: AccountId,
  name: Type.String({ description: 'Of the other person' }),
  mine: Type.Boolean({ description: 'This person invited' }),
  app: Label,
  message: Type.String(),
  data: Data,
  at: Timestamp,
  expiresAt: Timestamp,
  state: Type.Union([
    Type.Literal('ringing'),
    Type.Literal('accepted'),
    Type.Literal('declined'),
    Type.Literal('cancelled'),
    Type.Literal('expired')
  ]),
  answer: Type.Optional(Type.Object({ device: DeviceId, at: Timestamp, message: Type.String(), data: Data }))
})
export type Activity = Static<typeof Activity>

/** Whose invitations ring on this person's devices; those of others are declined as they come. */
export const Ringers = Type.Object({
  from: Type.Union([Type.Literal('nobody'), Type.Literal('contacts'), Type.Literal('groups')], {
    description: 'Each includes those before it. groups: who shares a group, too'
  })
})
export type Ringers = Static<typeof Ringers>

/** Somebody invites, or an invitation is in another state. */
export const ActivityEvent = Type.Object({
  id: RecordId,
  account: AccountId,
  mine: Type.Boolean(),
  app: Label,
  state: Activity.properties.state
})
export type ActivityEvent = Static<typeof ActivityEvent>

const Answer = Type.Object({
  message: Type.Optional(Type.String({ maxLength: 1_000 })),
  data: Type.Optional(Data)
})
const ByActivity = Type.Object({ id: RecordId })

export const activities = area({
  name: 'activities',
  routes: {
    list: {
      method: 'GET',
      path: '/activities',
      summary: 'Invitations to activities, the newest first',
      response: Type.Array(Activity)
    },
    ringers: {
      method: 'GET',
      path: '/activities/ringers',
      summary: 'Whose invitations ring on the devices of this person',
      response: Ringers
    },
    setRingers: {
      method: 'PUT',
      path: '/activities/ringers',
      summary: 'Say whose invitations ring, and decline those of others as they come',
      body: Ringers,
      response: Ringers
    },
    get: {
      method: 'GET',
      path: '/activities/:id',
      summary: 'One invitation',
      params: ByActivity,
      response: Activity
    },
    invite: {
      method: 'POST',
      path: '/activities',
      summary: 'Invite somebody to an activity; it rings on all of their devices, and waits while they are away',
      body: Type.Object({
        account: AccountId,
        app: Label,
        ...Answer.properties,
        expiresInMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 2_592_000_000 }))
      }),
      response: Activity,
      status: 201
    },
    accept: {
      method: 'POST',
      path: '/activities/:id/accept',
      summary: 'Say yes; the other devices of this person stop ringing',
      params: ByActivity,
      body: Answer,
      response: Activity
    },
    decline: {
      method: 'POST',
      path: '/activities/:id/decline',
      summary: 'Say no',
      params: ByActivity,
      body: Answer,
      response: Activity
    },
    cancel: {
      method: 'POST',
      path: '/activities/:id/cancel',
      summary: "Take one's own invitation back",
      params: ByActivity,
      body: Answer,
      response: Activity
    }
  },
  events: { activities: ActivityEvent, ringers: Ringers },
  problems: { ACTIVITY_UNKNOWN: 404, ACTIVITY_OVER: 409, PERSON_UNKNOWN: 404 }
})
