import type { AccountId, GroupId, GroupKind, Order, PeerId, RecordId, Role } from '@borgo/core'

export interface Message {
  id: RecordId
  group: GroupId
  account: AccountId
  device: PeerId
  /** By its author's clock, ms since 1970; show messages in the order they come in, not by this. */
  sentAt: number
  /** That clock was wrong: `sentAt` tells nothing. */
  isTimeOff: boolean
  order: Order
  text: string
  reply: RecordId | undefined
  /** Sent by this person, from whichever device. */
  mine: boolean
  /** Who else has it, and who of them read it; kept for one's own messages. */
  delivered: AccountId[]
  read: AccountId[]
}

export interface Conversation {
  group: GroupId
  kind: GroupKind
  /** The group's name, or the other person's. */
  title: string
  /** In a conversation of two: the other person. */
  with: AccountId | undefined
  role: Role
  /** Messages of others that this person has not read. */
  unread: number
  last: Message | undefined
  typing: AccountId[]
}

export interface MessagePage {
  /** Oldest first. */
  messages: Message[]
  /** Pass as `before` for the page before; undefined at the beginning. */
  before: Order | undefined
}

export type ChatEvent =
  | { type: 'message'; message: Message }
  | { type: 'receipt'; group: GroupId; account: AccountId }
  | { type: 'typing'; group: GroupId; account: AccountId; on: boolean }
  /** It is new, or its title, members or unread count changed. */
  | { type: 'conversation'; group: GroupId }

/** Conversations: every group is one. `Groups.search` finds messages, as records of `messageKind`. */
export interface Chat {
  /** Latest first. */
  conversations(): Conversation[]
  conversation(group: GroupId): Conversation | undefined
  /**
   * Resolves when the message is committed here; whoever is away gets it from any member later.
   * Throws CONVERSATION_UNKNOWN, BAD_TEXT (blank or longer than 8,000), MESSAGE_UNKNOWN (the one answered), FORBIDDEN.
   */
  send(group: GroupId, text: string, options?: { reply?: RecordId }): Promise<Message>
  /** Throws CONVERSATION_UNKNOWN. `limit`: 1 to 1,000, default 50. */
  page(group: GroupId, options?: { before?: Order; limit?: number }): MessagePage
  message(id: RecordId, group: GroupId): Message | undefined
  /** Everything that is here was read; tells the others. Throws CONVERSATION_UNKNOWN. */
  markRead(group: GroupId): Promise<void>
  /** Tells those who are online; call again within 5 s while it goes on. */
  setTyping(group: GroupId, on: boolean): Promise<void>
  /**
   * The conversation with a contact, or with somebody who shares a group, begun now if there is none; the other need not
   * be online. Throws PERSON_UNKNOWN.
   */
  direct(account: AccountId): Promise<Conversation>
  /** Returns its undo. A listener that throws is logged. */
  subscribe(listener: (event: ChatEvent) => void): () => void
}
