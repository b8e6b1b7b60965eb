import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, RecordId, Role, Timestamp } from './values.ts'

export const Message = Type.Object({
  id: RecordId,
  group: GroupId,
  account: AccountId,
  /** The author's name as the group knows it. */
  author: Type.String(),
  device: DeviceId,
  sentAt: Timestamp,
  isTimeOff: Type.Boolean({ description: 'The clock that `sentAt` is by was wrong' }),
  text: Type.String(),
  reply: Type.Optional(RecordId),
  mine: Type.Boolean(),
  delivered: Type.Array(AccountId, { description: "Who else has it; for one's own messages" }),
  read: Type.Array(AccountId)
})
export type Message = Static<typeof Message>

export const Conversation = Type.Object({
  group: GroupId,
  kind: Type.Union([Type.Literal('shared'), Type.Literal('direct')]),
  title: Type.String({ description: "The group's name, or the other person's" }),
  with: Type.Optional(AccountId),
  role: Role,
  unread: Type.Integer({ minimum: 0 }),
  last: Type.Optional(Message),
  typing: Type.Array(AccountId)
})
export type Conversation = Static<typeof Conversation>

const Cursor = Type.String({ pattern: '^[0-9]{1,10}\\.[0-9]{1,16}\\.[0-9]{1,10}\\.12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$' })

export const MessagePage = Type.Object({
  messages: Type.Array(Message, { description: 'Oldest first' }),
  before: Type.Optional(Cursor)
})
export type MessagePage = Static<typeof MessagePage>

export const ChatEvent = Type.Union([
  Type.Object({ type: Type.Literal('message'), group: GroupId, message: RecordId, mine: Type.Boolean() }),
  Type.Object({ type: Type.Literal('receipt'), group: GroupId, account: AccountId }),
  Type.Object({ type: Type.Literal('typing'), group: GroupId, account: AccountId, on: Type.Boolean() }),
  Type.Object({ type: Type.Literal('conversation'), group: GroupId })
])
export type ChatEvent = Static<typeof ChatEvent>

const ByGroup = Type.Object({ group: GroupId })

export const chat = area({
  name: 'chat',
  routes: {
    conversations: {
      method: 'GET',
      path: '/conversations',
      summary: 'The conversations, latest first',
      response: Type.Array(Conversation)
    },
    direct: {
      method: 'POST',
      path: '/conversations',
      summary: 'The conversation with one person; begun if there is none',
      body: Type.Object({ account: AccountId }),
      response: Conversation
    },
    conversation: {
      method: 'GET',
      path: '/conversations/:group',
      summary: 'One conversation',
      params: ByGroup,
      response: Conversation
    },
    messages: {
      method: 'GET',
      path: '/conversations/:group/messages',
      summary: 'A page of messages: the newest, or those before a place',
      params: ByGroup,
      query: Type.Object({
        before: Type.Optional(Cursor),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 50 }))
      }),
      response: MessagePage
    },
    message: {
      method: 'GET',
      path: '/conversations/:group/messages/:message',
      summary: 'One message',
      params: Type.Object({ group: GroupId, message: RecordId }),
      response: Message
    },
    send: {
      method: 'POST',
      path: '/conversations/:group/messages',
      summary: 'Send a message; answers when it is on disk here',
      params: ByGroup,
      body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 8_000 }), reply: Type.Optional(RecordId) }),
      response: Message,
      status: 201
    },
    markRead: {
      method: 'POST',
      path: '/conversations/:group/read',
      summary: 'Everything here was read; tells the others',
      params: ByGroup
    },
    typing: {
      method: 'PUT',
      path: '/conversations/:group/typing',
      summary: 'Tell those who are online that one is writing; again every 5 s while it goes on',
      params: ByGroup,
      body: Type.Object({ on: Type.Boolean() })
    }
  },
  events: { chat: ChatEvent },
  problems: { BAD_TEXT: 400, CONVERSATION_UNKNOWN: 404, MESSAGE_UNKNOWN: 404, PERSON_UNKNOWN: 404, FORBIDDEN: 403 }
})
