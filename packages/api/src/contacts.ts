import { Type, type Static } from 'typebox'
import { Presence } from './presence.ts'
import { area } from './route.ts'
import { AccountId, ByAccount, GroupId, Name, Timestamp } from './values.ts'

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
