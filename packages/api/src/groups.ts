import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, Role, Timestamp } from './values.ts'

export const Member = Type.Object({
  account: AccountId,
  name: Type.String(),
  role: Role,
  devices: Type.Array(DeviceId),
  online: Type.Boolean(),
  self: Type.Boolean({ description: 'The person this node belongs to' }),
  joinedAt: Timestamp
})
export type Member = Static<typeof Member>

export const Group = Type.Object({
  id: GroupId,
  kind: Type.Union([Type.Literal('shared'), Type.Literal('direct')]),
  name: Type.String(),
  role: Role,
  joinedAt: Timestamp,
  members: Type.Array(Member)
})
export type Group = Static<typeof Group>

export const Invitation = Type.Object({
  id: Type.String(),
  link: Type.Optional(Type.String({ description: 'Whoever has it can join; known only where it was made' })),
  role: Role,
  uses: Type.Integer({ minimum: 1 }),
  used: Type.Integer({ minimum: 0 }),
  expiresAt: Timestamp
})
export type Invitation = Static<typeof Invitation>

/** A group was added, or its members, their roles, names or presence changed. */
export const GroupEvent = Type.Object({ group: GroupId })
export type GroupEvent = Static<typeof GroupEvent>

const DAY_MS = 86_400_000
const ById = Type.Object({ group: GroupId })

export const groups = area({
  name: 'groups',
  routes: {
    list: { method: 'GET', path: '/groups', summary: 'The groups of this node', response: Type.Array(Group) },
    get: { method: 'GET', path: '/groups/:group', summary: 'One group', params: ById, response: Group },
    create: {
      method: 'POST',
      path: '/groups',
      summary: 'Found a group',
      body: Type.Object({ name: Name, kind: Type.Optional(Group.properties.kind) }),
      response: Group,
      status: 201
    },
    join: {
      method: 'POST',
      path: '/groups/join',
      summary: 'Join by an invitation link; answers when the membership is committed',
      body: Type.Object({ link: Type.String({ minLength: 1, maxLength: 8_192 }) }),
      response: Group
    },
    invite: {
      method: 'POST',
      path: '/groups/:group/invitations',
      summary: 'Make an invitation link',
      params: ById,
      body: Type.Object({
        role: Type.Optional(Role),
        uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        expiresInMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 365 * DAY_MS }))
      }),
      response: Invitation,
      status: 201
    },
    invitations: {
      method: 'GET',
      path: '/groups/:group/invitations',
      scope: 'admin',
      summary: 'The invitations that can still be used',
      params: ById,
      response: Type.Array(Invitation)
    }
  },
  events: { groups: GroupEvent },
  problems: {
    GROUP_UNKNOWN: 404,
    MEMBER_UNKNOWN: 404,
    BAD_ID: 400,
    BAD_INVITATION: 400,
    INVITATION_EXPIRED: 410,
    INVITATION_USED_UP: 410,
    UNREACHABLE: 502
  }
})
