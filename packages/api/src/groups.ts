import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, Role, Timestamp } from './values.ts'

export const Member = Type.Object({
  account: AccountId,
  name: Type.String(),
  role: Role,
  devices: Type.Array(DeviceId),
  stoppedDevices: Type.Array(DeviceId, {
    description:
      'Those that wrote two histories in this group, as a device whose data was copied does: what they write counts no more'
  }),
  online: Type.Boolean(),
  mayBeOnline: Type.Boolean({
    description: 'Not connected, which says nothing: in a large group this node is connected to a few'
  }),
  self: Type.Boolean({ description: 'The person this node belongs to' }),
  joinedAt: Timestamp,
  clockSkewMs: Type.Optional(
    Type.Integer({
      description: 'How far its clock was ahead of this node’s when they last connected; negative: behind'
    })
  )
})
export type Member = Static<typeof Member>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What an owner decides about a group. */
export const GroupPolicy = Type.Object({
  history: Type.Boolean({ description: 'Whether newcomers can read what was written before they came' }),
  inviters: Type.Union([Type.Literal('reader'), Type.Literal('writer'), Type.Literal('admin'), Type.Literal('owner')], {
    description: 'The least role that may invite'
  }),
  keyAgeMs: Type.Integer({ minimum: HOUR_MS, maximum: 365 * DAY_MS, description: 'A key as old as this is changed' }),
  keyRecords: Type.Integer({ minimum: 100, maximum: 2 ** 32, description: 'A key used for so many records is changed' })
})
export type GroupPolicy = Static<typeof GroupPolicy>

export const Group = Type.Object({
  id: GroupId,
  kind: Type.Union([Type.Literal('shared'), Type.Literal('direct')]),
  name: Type.String(),
  role: Role,
  joinedAt: Timestamp,
  policy: GroupPolicy,
  keySince: Type.Integer({ minimum: 0, description: 'When the present key began, ms since 1970' }),
  keyChanges: Type.Integer({ minimum: 0, description: 'How often the key was changed' }),
  petitions: Type.Integer({ minimum: 0, description: 'How many people wait to be let in' }),
  members: Type.Array(Member)
})
export type Group = Static<typeof Group>

export const Invitation = Type.Object({
  id: Type.String(),
  link: Type.Optional(Type.String({ description: 'Whoever has it can join; known only where it was made' })),
  role: Role,
  uses: Type.Integer({ minimum: 1 }),
  used: Type.Integer({ minimum: 0 }),
  expiresAt: Timestamp,
  approval: Type.Boolean({ description: 'An admin must accept who asks by it' }),
  account: Type.Optional(AccountId),
  by: AccountId
})
export type Invitation = Static<typeof Invitation>

/** Somebody who asks to be let in. */
export const Petition = Type.Object({
  id: Type.String(),
  account: AccountId,
  name: Type.String(),
  role: Role,
  askedAt: Timestamp
})
export type Petition = Static<typeof Petition>

/** A group that this node asked to join and is not in yet. */
export const WaitingJoin = Type.Object({
  group: GroupId,
  name: Type.String(),
  askedAt: Timestamp,
  refused: Type.Optional(Type.String({ description: 'Why it will not be let in: a code' }))
})
export type WaitingJoin = Static<typeof WaitingJoin>

const Concerned = Type.Object({ account: AccountId, name: Type.String() })

/** A group that this person was removed from or left. */
export const LostGroup = Type.Object({
  id: GroupId,
  name: Type.String(),
  reason: Type.Union([Type.Literal('removed'), Type.Literal('left'), Type.Literal('revoked'), Type.Literal('undone')]),
  by: Type.Optional(Concerned),
  at: Type.Optional(Timestamp)
})
export type LostGroup = Static<typeof LostGroup>

/** The kinds of changes of a group. */
export const AuditWhat = Type.Union([
  Type.Literal('create'),
  Type.Literal('invite'),
  Type.Literal('revokeInvitation'),
  Type.Literal('join'),
  Type.Literal('request'),
  Type.Literal('accept'),
  Type.Literal('decline'),
  Type.Literal('setRole'),
  Type.Literal('transferOwnership'),
  Type.Literal('remove'),
  Type.Literal('leave'),
  Type.Literal('recover'),
  Type.Literal('addDevice'),
  Type.Literal('revokeDevice'),
  Type.Literal('guard'),
  Type.Literal('rename'),
  Type.Literal('setPolicy'),
  Type.Literal('rotateKey')
])
export type AuditWhat = Static<typeof AuditWhat>

const CHANGES = AuditWhat.anyOf.map(({ const: what }) => what).join('|')

/** One change of a group, from the signed operations. */
export const AuditEntry = Type.Object({
  id: Type.String(),
  at: Timestamp,
  by: Type.Optional(Concerned),
  device: DeviceId,
  what: AuditWhat,
  whom: Type.Optional(Concerned),
  role: Type.Optional(Role),
  name: Type.Optional(Type.String({ description: 'That it gives, or of the device' })),
  policy: Type.Optional(GroupPolicy),
  formerPolicy: Type.Optional(GroupPolicy),
  invitation: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        uses: Type.Integer({ minimum: 1 }),
        expiresAt: Timestamp,
        approval: Type.Boolean({ description: 'An admin must accept who asks by it' })
      },
      { description: 'That is made or ended; `whom`: who alone may use it' }
    )
  ),
  concernedDevice: Type.Optional(DeviceId),
  void: Type.Optional(Type.String({ description: 'Why it has no effect, when it lost against something else' }))
})
export type AuditEntry = Static<typeof AuditEntry>

/** What a group's records take on this device. */
export const GroupStorage = Type.Object({
  records: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 }),
  wanted: Type.Integer({ minimum: 0, description: 'Records whose content is not here yet, and is asked for' }),
  leftOut: Type.Integer({ minimum: 0, description: 'Records whose content is left with other members' }),
  replaced: Type.Object(
    { records: Type.Integer({ minimum: 0 }), bytes: Type.Integer({ minimum: 0 }) },
    { description: 'Records that later ones replaced and whose content is not kept, and what that saves' }
  ),
  members: Type.Array(
    Type.Object({
      account: AccountId,
      records: Type.Integer({ minimum: 0 }),
      bytes: Type.Integer({ minimum: 0 }),
      quotaBytes: Type.Integer({ minimum: 0, description: 'What their records may take in this group' })
    }),
    { description: 'By person, the most first' }
  ),
  quota: Type.Object({
    memberBytes: Type.Integer({ minimum: 0, description: 'What your records may take in this group' }),
    groupBytes: Type.Integer({ minimum: 0, description: 'What this group may take' }),
    nodeBytes: Type.Optional(Type.Integer({ minimum: 0, description: 'What all groups together may take' }))
  })
})
export type GroupStorage = Static<typeof GroupStorage>

/** Which contents of a group a node fetches by itself; a part that is not there is everything. */
export const GroupScope = Type.Object({
  maxAgeMs: Type.Optional(Type.Integer({ minimum: 0, description: 'Nothing that is older' })),
  kinds: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      maxItems: 64,
      description: 'Nothing but these kinds of records, such as rtc/message'
    })
  )
})
export type GroupScope = Static<typeof GroupScope>

/** A group was added or lost, or its members, their roles, names or presence, or what this node waits for changed. */
export const GroupEvent = Type.Object({ group: GroupId })
export type GroupEvent = Static<typeof GroupEvent>

const ById = Type.Object({ group: GroupId })
const ByMember = Type.Object({ group: GroupId, account: AccountId })
const ByPetition = Type.Object({ group: GroupId, petition: Type.String({ pattern: '^[0-9a-f]{64}$' }) })

export const groups = area({
  name: 'groups',
  routes: {
    list: { method: 'GET', path: '/groups', summary: 'The groups of this node', response: Type.Array(Group) },
    waiting: {
      method: 'GET',
      path: '/groups/waiting',
      summary: 'Groups that this node asked to join and is not in yet',
      response: Type.Array(WaitingJoin)
    },
    withdraw: {
      method: 'DELETE',
      path: '/groups/waiting/:group',
      summary: 'Stop asking to join, or forget the refusal',
      params: ById
    },
    lost: {
      method: 'GET',
      path: '/groups/lost',
      summary: 'Groups that this person was removed from or left',
      response: Type.Array(LostGroup)
    },
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
      summary:
        'Join by an invitation link; answers when the membership is committed, or APPROVAL_PENDING when an admin must accept: the node goes on asking',
      body: Type.Object({ link: Type.String({ minLength: 1, maxLength: 8_192 }) }),
      response: Group
    },
    leave: { method: 'POST', path: '/groups/:group/leave', summary: 'Leave a group for good', params: ById },
    invite: {
      method: 'POST',
      path: '/groups/:group/invitations',
      summary: 'Make an invitation link',
      params: ById,
      body: Type.Object({
        role: Type.Optional(Role),
        uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        expiresInMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 365 * DAY_MS })),
        approval: Type.Optional(Type.Boolean()),
        account: Type.Optional(AccountId)
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
    },
    revokeInvitation: {
      method: 'DELETE',
      path: '/groups/:group/invitations/:invitation',
      summary: 'End an invitation and the petitions that came by it',
      params: Type.Object({ group: GroupId, invitation: Type.String({ pattern: '^[0-9a-f]{64}$' }) })
    },
    petitions: {
      method: 'GET',
      path: '/groups/:group/petitions',
      summary: 'Who waits to be let in',
      params: ById,
      response: Type.Array(Petition)
    },
    accept: {
      method: 'POST',
      path: '/groups/:group/petitions/:petition/accept',
      summary: 'Let somebody in',
      params: ByPetition
    },
    decline: {
      method: 'POST',
      path: '/groups/:group/petitions/:petition/decline',
      summary: 'Let somebody not in',
      params: ByPetition
    },
    setRole: {
      method: 'PUT',
      path: '/groups/:group/members/:account/role',
      summary: "Change a member's role",
      params: ByMember,
      body: Type.Object({ role: Role }),
      response: Group
    },
    remove: {
      method: 'DELETE',
      path: '/groups/:group/members/:account',
      summary: 'Lock a member out of everything later; ends the links that anybody may use',
      params: ByMember
    },
    transferOwnership: {
      method: 'POST',
      path: '/groups/:group/owner',
      summary: 'Make a member the owner in place of this person, who becomes an admin',
      params: ById,
      body: Type.Object({ account: AccountId }),
      response: Group
    },
    revokeDevice: {
      method: 'DELETE',
      path: '/groups/:group/devices/:device',
      summary: 'Lock a lost device of this person out of a group',
      params: Type.Object({ group: GroupId, device: DeviceId })
    },
    setPolicy: {
      method: 'PATCH',
      path: '/groups/:group/policy',
      summary: "Change a group's policy",
      params: ById,
      body: Type.Partial(GroupPolicy),
      response: Group
    },
    rotateKey: {
      method: 'POST',
      path: '/groups/:group/key',
      summary: "Change a group's key",
      params: ById,
      response: Group
    },
    audit: {
      method: 'GET',
      path: '/groups/:group/audit',
      summary: 'Who changed what, the newest first',
      params: ById,
      query: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
        before: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The id of an entry: those that come after it here' })
        ),
        what: Type.Optional(
          Type.String({
            pattern: `^(${CHANGES})(,(${CHANGES}))*$`,
            maxLength: 512,
            description: 'Only these, with commas between them'
          })
        ),
        by: Type.Optional(AccountId)
      }),
      response: Type.Array(AuditEntry)
    },
    storage: {
      method: 'GET',
      path: '/groups/:group/storage',
      summary: "What a group's records take on this node, by person",
      params: ById,
      response: GroupStorage
    },
    scope: {
      method: 'GET',
      path: '/groups/:group/scope',
      summary: 'Which contents of a group this node fetches by itself',
      params: ById,
      response: GroupScope
    },
    setScope: {
      method: 'PUT',
      path: '/groups/:group/scope',
      summary: 'Change which contents this node fetches by itself; the others stay with the members',
      params: ById,
      body: GroupScope,
      response: GroupScope
    },
    fetchLeftOut: {
      method: 'POST',
      path: '/groups/:group/fetch',
      summary:
        'Fetch contents that were left with other members, the latest first; answers when they are here, or nothing came for 10 s',
      params: ById,
      body: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 50 })) }),
      response: Type.Object({
        came: Type.Integer({ minimum: 0 }),
        leftOut: Type.Integer({ minimum: 0, description: 'How many are still with other members' })
      })
    },
    export: {
      method: 'GET',
      path: '/groups/:group/export',
      scope: 'admin',
      summary:
        'The whole group as lines of JSON: signed membership operations and records, verified, contents decrypted; the last line says how many',
      params: ById,
      response: 'bytes'
    }
  },
  events: { groups: GroupEvent },
  problems: {
    GROUP_UNKNOWN: 404,
    MEMBER_UNKNOWN: 404,
    PETITION_UNKNOWN: 404,
    BAD_ID: 400,
    BAD_INVITATION: 400,
    INVITATION_EXPIRED: 410,
    INVITATION_USED_UP: 410,
    APPROVAL_PENDING: 409,
    APPROVAL_DECLINED: 403,
    REMOVED: 403,
    UNREACHABLE: 502
  }
})
