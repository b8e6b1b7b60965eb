export { rtc } from './rtc.ts'
export type { Rtc } from './rtc.ts'
export type { Chat, ChatEvent, Conversation, Message, MessagePage } from './chat.ts'
export type { RtcCode } from './codes.ts'
/** What `Groups.search` finds messages by: their `text`. */
export { message as messageKind } from './records.ts'
