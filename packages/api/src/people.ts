import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, RecordId, Timestamp } from './values.ts'

/** Up to 16 KiB. */
const Data = Type.String({
  contentEncoding: 'base64',
  pattern: '^[A-Za-z0-9+/]*={0,2}$',
  maxLength: 21_848,
  description: 'At most 16,384 bytes, base64'
})
const Label = Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$', description: '1 to 64 characters of visible ASCII' })

export const PresenceState = Type.Union([
  Type.Literal('offline'),
  Type.Literal('out-to-lunch'),
  Type.Literal('away'),
  Type.Literal('be-right-back'),
  Type.Literal('idle'),
  Type.Literal('busy'),
  Type.Literal('on-the-phone'),
  Type.Literal('online')
])
export type PresenceState = Static<typeof PresenceState>

/** How somebody is, as far as they let this person know. */
export const Presence = Type.Object({
  state: PresenceState,
  text: Type.String(),
  lastSeen: Type.Optional(Type.Integer({ minimum: 0, description: 'Of a contact who is offline, ms since 1970' }))
})
export type Presence = Static<typeof Presence>

/** Another person, as this person's devices know them. */
export const Contact = Type.Object({
  account: AccountId,
  name: Name,
  nickname: Type.Optional(Type.String({ description: 'What this person calls them' })),
  note: Type.String({ description: 'For this person alone' }),
  state: Type.Union(
    [
      Type.Literal('asking'),
      Type.Literal('asked'),
      Type.Literal('declined'),
      Type.Literal('contact'),
      Type.Literal('none')
    ],
    { description: 'asking: they have not answered; asked: they wait for an answer; declined: they said no' }
  ),
  verified: Type.Boolean({ description: 'The two compared their words' }),
  blocked: Type.Boolean(),
  since: Timestamp,
  group: Type.Optional(GroupId),
  presence: Presence,
  words: Type.Array(Type.String(), {
    description: 'Twelve words, the same for both; who sees others talks to somebody in between'
  })
})
export type Contact = Static<typeof Contact>

/** Somebody became a contact, asks, or is known in another way than before. */
export const ContactEvent = Type.Object({ account: AccountId })
export type ContactEvent = Static<typeof ContactEvent>

const ByAccount = Type.Object({ account: AccountId })

export const contacts = area({
  name: 'contacts',
  routes: {
    list: {
      method: 'GET',
      path: '/contacts',
      summary: 'Contacts, requests and blocked people',
      response: Type.Array(Contact)
    },
    card: {
      method: 'GET',
      path: '/contacts/card',
      summary: "This person's card: having it gives no right but to ask",
      response: Type.Object({ link: Type.String({ description: 'borgo:contact/…' }) })
    },
    export: {
      method: 'GET',
      path: '/contacts/file',
      scope: 'admin',
      summary: 'All contacts as a file',
      response: 'bytes'
    },
    import: {
      method: 'POST',
      path: '/contacts/file',
      summary: 'Take in such a file: who is new is asked to become a contact, who is known stays as they are',
      body: 'bytes',
      response: Type.Object({ added: Type.Integer({ minimum: 0 }), known: Type.Integer({ minimum: 0 }) })
    },
    get: {
      method: 'GET',
      path: '/contacts/:account',
      summary: 'One person',
      params: ByAccount,
      response: Contact
    },
    add: {
      method: 'POST',
      path: '/contacts',
      summary: 'Ask somebody to become a contact, by card or, who is connected or shares a group, by account',
      body: Type.Object({ who: Type.String({ maxLength: 4_200, description: 'borgo:contact/… or an account' }) }),
      response: Contact,
      status: 201
    },
    edit: {
      method: 'PATCH',
      path: '/contacts/:account',
      summary: 'Change what is known of a person',
      params: ByAccount,
      body: Type.Object({
        nickname: Type.Optional(Type.String({ maxLength: 255, description: 'Empty: none' })),
        note: Type.Optional(Type.String({ maxLength: 4_000 })),
        verified: Type.Optional(Type.Boolean({ description: 'The two compared their words and saw the same' }))
      }),
      response: Contact
    },
    accept: {
      method: 'POST',
      path: '/contacts/:account/accept',
      summary: 'Say yes to who asks',
      params: ByAccount,
      response: Contact
    },
    decline: {
      method: 'POST',
      path: '/contacts/:account/decline',
      summary: 'Say no to who asks',
      params: ByAccount
    },
    block: {
      method: 'PUT',
      path: '/contacts/:account/block',
      summary: 'Hang up, and from now on show and tell them nothing and hear nothing from them; for anybody',
      params: ByAccount
    },
    unblock: { method: 'DELETE', path: '/contacts/:account/block', summary: 'End a block', params: ByAccount },
    remove: {
      method: 'DELETE',
      path: '/contacts/:account',
      summary: 'Forget a contact, or take a request back',
      params: ByAccount
    }
  },
  events: { contacts: ContactEvent },
  problems: { BAD_CARD: 400, BAD_CONTACTS: 400, CONTACT_UNKNOWN: 404, PERSON_UNKNOWN: 404 }
})

/** What this person decides about their presence, on all of their devices. */
export const PresenceSetting = Type.Object({
  state: PresenceState,
  text: Type.String({ maxLength: 255 }),
  audience: Type.Union(
    [
      Type.Literal('nobody'),
      Type.Literal('verified'),
      Type.Literal('contacts'),
      Type.Literal('groups'),
      Type.Literal('everyone')
    ],
    { description: 'Who may know; each includes those before it. groups: who shares a group' }
  )
})
export type PresenceSetting = Static<typeof PresenceSetting>

export const PresenceEvent = Type.Object({ account: AccountId })
export type PresenceEvent = Static<typeof PresenceEvent>

export const presence = area({
  name: 'presence',
  routes: {
    setting: {
      method: 'GET',
      path: '/presence',
      summary: 'What this person says of themselves, and to whom',
      response: PresenceSetting
    },
    set: {
      method: 'PATCH',
      path: '/presence',
      summary: 'Say how one is, or who may know',
      body: Type.Partial(PresenceSetting),
      response: PresenceSetting
    },
    idle: {
      method: 'PUT',
      path: '/presence/idle',
      summary:
        'Say whether nobody is at this device: who is online is idle then; that somebody is holds for ten minutes',
      body: Type.Object({ idle: Type.Boolean() })
    },
    get: {
      method: 'GET',
      path: '/presence/:account',
      summary: 'How somebody is',
      params: ByAccount,
      response: Presence
    }
  },
  events: { presence: PresenceEvent },
  problems: {}
})

const Interests = Type.Array(Name, { maxItems: 16 })

/** Somebody on the same link who shows themselves, too. */
export const NearPerson = Type.Object({
  account: AccountId,
  name: Type.String(),
  interests: Type.Array(Type.String()),
  devices: Type.Array(DeviceId)
})
export type NearPerson = Static<typeof NearPerson>

export const NearMe = Type.Object({
  on: Type.Boolean({ description: 'Whether this device shows itself to, and sees, people on the same link' }),
  interests: Interests,
  people: Type.Array(NearPerson)
})
export type NearMe = Static<typeof NearMe>

export const near = area({
  name: 'near',
  routes: {
    get: { method: 'GET', path: '/near', summary: 'Who is near, and how this device shows itself', response: NearMe },
    set: {
      method: 'PATCH',
      path: '/near',
      summary: 'Show oneself to people on the same link, or not any more',
      body: Type.Object({ on: Type.Optional(Type.Boolean()), interests: Type.Optional(Interests) }),
      response: NearMe
    }
  },
  events: { near: PresenceEvent },
  problems: {}
})

const Scope = Type.Union([Type.Literal('link'), Type.Literal('contacts'), Type.Literal('all'), GroupId], {
  description: 'Who sees it: people on the same link, contacts, all who are connected, or the members of a group'
})
const ByLabel = Type.Object({ id: Label })

/** A small thing that somebody shows to others. */
export const SeenObject = Type.Object({
  account: AccountId,
  id: Label,
  type: Label,
  data: Data,
  publishedAt: Timestamp,
  expiresAt: Type.Optional(Timestamp)
})
export type SeenObject = Static<typeof SeenObject>

export const PublishedObject = Type.Object({
  id: Label,
  type: Label,
  data: Data,
  scope: Scope,
  publishedAt: Timestamp,
  expiresAt: Type.Optional(Timestamp)
})
export type PublishedObject = Static<typeof PublishedObject>

/** A program that a person has and can be invited to use. */
export const App = Type.Object({ id: Label, name: Name, capabilities: Type.Array(Label, { maxItems: 32 }) })
export type App = Static<typeof App>

export const ObjectEvent = Type.Object({ account: AccountId, id: Type.String() })
export type ObjectEvent = Static<typeof ObjectEvent>

export const objects = area({
  name: 'objects',
  routes: {
    list: {
      method: 'GET',
      path: '/objects',
      summary: 'What others show to this person now',
      query: Type.Object({ account: Type.Optional(AccountId), type: Type.Optional(Label) }),
      response: Type.Array(SeenObject)
    },
    own: {
      method: 'GET',
      path: '/objects/own',
      summary: 'What this device shows',
      response: Type.Array(PublishedObject)
    },
    publish: {
      method: 'PUT',
      path: '/objects/own/:id',
      summary: 'Show an object, or another version of it',
      params: ByLabel,
      body: Type.Object({
        type: Label,
        data: Data,
        scope: Scope,
        expiresInMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 315_360_000_000 }))
      }),
      response: PublishedObject
    },
    withdraw: { method: 'DELETE', path: '/objects/own/:id', summary: 'Show it no longer', params: ByLabel },
    apps: {
      method: 'GET',
      path: '/apps/:account',
      summary: 'Which apps somebody has, as far as they show it',
      params: ByAccount,
      response: Type.Array(App)
    },
    ownApps: {
      method: 'GET',
      path: '/apps',
      summary: 'Which apps this person says to have',
      response: Type.Array(Type.Object({ ...App.properties, scope: Scope }))
    },
    registerApp: {
      method: 'PUT',
      path: '/apps/own/:id',
      summary: 'Say that this person has an app, until the node stops',
      params: ByLabel,
      body: Type.Object({ name: Name, capabilities: App.properties.capabilities, scope: Scope })
    },
    removeApp: { method: 'DELETE', path: '/apps/own/:id', summary: 'Say so no longer', params: ByLabel }
  },
  events: { objects: ObjectEvent, apps: ObjectEvent },
  problems: { OBJECT_UNKNOWN: 404 }
})

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
