import type { api, Conversation as ApiConversation, Message as ApiMessage } from '@borgo/api'
import {
  BorgoError,
  parseAccountId,
  parseGroupId,
  parsePeerId,
  parseRecordId,
  type Groups,
  type Order
} from '@borgo/core'
import type { Chat, Conversation, Message } from '@borgo/plugin-rtc'
import type { EventBus } from '../events/bus.ts'
import type { Handlers } from '../http/area.ts'

export function chatRoutes(options: {
  chat: Chat
  groups: Pick<Groups, 'get'>
  bus: EventBus
}): Handlers<typeof api.chat> {
  const { bus, chat, groups } = options
  const shownMessage = ({ order: _order, ...message }: Message): ApiMessage => ({
    ...message,
    author: groups.get(message.group)?.nameOf(message.account) ?? message.account
  })
  const shown = (conversation: Conversation): ApiConversation => ({
    ...conversation,
    last: conversation.last && shownMessage(conversation.last)
  })
  const find = (id: string): Conversation => {
    const conversation = chat.conversation(parseGroupId(id))
    if (!conversation) throw new BorgoError('CONVERSATION_UNKNOWN', 'this node is in no such conversation')
    return conversation
  }

  chat.subscribe(event => {
    if (event.type !== 'message') return bus.publish('chat', event)
    const { group, id, mine } = event.message
    bus.publish('chat', { type: 'message', group, message: id, mine })
  })

  return {
    conversations: () => chat.conversations().map(shown),
    conversation: ({ params }) => shown(find(params.group)),
    direct: async ({ body }) => shown(await chat.direct(parseAccountId(body.account))),
    messages({ params, query }) {
      const { before, limit } = query ?? {}
      const page = chat.page(find(params.group).group, {
        limit,
        before: before === undefined ? undefined : place(before)
      })
      return { messages: page.messages.map(shownMessage), before: page.before && cursor(page.before) }
    },
    message({ params }) {
      const message = chat.message(parseRecordId(params.message), find(params.group).group)
      if (!message) throw new BorgoError('MESSAGE_UNKNOWN', 'there is no such message here')
      return shownMessage(message)
    },
    async send({ params, body }) {
      const reply = body.reply === undefined ? undefined : parseRecordId(body.reply)
      return shownMessage(await chat.send(find(params.group).group, body.text, { reply }))
    },
    markRead: ({ params }) => chat.markRead(find(params.group).group),
    typing: ({ params, body }) => chat.setTyping(find(params.group).group, body.on)
  }
}

function cursor({ era, ms, count, device }: Order): string {
  return `${era}.${ms}.${count}.${device}`
}

/** The schema has checked its form. */
function place(text: string): Order {
  const [era, ms, count, device = ''] = text.split('.')
  return { era: Number(era), ms: Number(ms), count: Number(count), device: parsePeerId(device) }
}
