export { rtc } from './rtc.ts'
export type { Rtc } from './rtc.ts'
export type { Chat, ChatEvent, Conversation, Message, MessagePage } from './chat.ts'
export type { RtcCode } from './codes.ts'
