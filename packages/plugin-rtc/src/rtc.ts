import { BorgoError, listeners, takeIn } from '@borgo/core'
import type { AccountId, Entry, Group, GroupId, Plugin, PluginContext, RecordKind } from '@borgo/core'
import type { Chat, ChatEvent, Conversation, Message } from './chat.ts'
import { rtcError } from './codes.ts'
import { SCHEMA, createLedger } from './ledger.ts'
import { withinScope } from './receipt-scope.ts'
import { startReceipts } from './receipts.ts'
import { startResending } from './resending.ts'
import { message, readMessage, receipt, typing } from './records.ts'
import type { Receipt, Text } from './records.ts'

/** Somebody counts as writing for this long after they last said so, ms. */
export const TYPING_MS = 6_000

export interface Rtc {
  chat: Chat
}

/** Messages between people: conversations in groups of any size and between two. */
export function rtc(): Plugin<Rtc> {
  return { name: 'rtc', start: context => ({ chat: startChat(context) }) }
}

function startChat(context: PluginContext): Chat {
  const { groups, people, self } = context
  for (const kind of [message, receipt]) groups.define<unknown>(kind as RecordKind<unknown>)
  const database = context.store.database(SCHEMA)
  const ledger = createLedger(database)
  const writing = new Map<GroupId, Map<AccountId, () => void>>()

  const { on: subscribe, tell } = listeners<[event: ChatEvent]>(error =>
    context.log.error('a listener failed', { error: String(error) })
  )
  const receipts = startReceipts(context, ledger)
  startResending(context, ledger)

  const toMessage = ({ account, data, device, group, id, isTimeOff, order, seq }: Entry<Text>): Message => {
    const mine = account === self.account
    const seen = mine ? ledger.seenBy(group, device, seq) : { delivered: [], read: [] }
    const others = (list: AccountId[]): AccountId[] => list.filter(reader => reader !== account)
    return {
      id,
      group,
      account,
      device,
      sentAt: order.ms,
      isTimeOff,
      order,
      text: data.text,
      reply: data.reply ?? undefined,
      mine,
      delivered: others(seen.delivered),
      read: others(seen.read)
    }
  }

  const known = (id: GroupId): Group => {
    const group = groups.get(id)
    if (!group) throw rtcError('CONVERSATION_UNKNOWN', 'you are not in this conversation')
    return group
  }

  /** Undefined for a conversation of two that another one replaced. */
  const describe = (group: Group): Conversation | undefined => {
    const partner = group.kind === 'direct' ? people.partner(group.id) : undefined
    if (group.kind === 'direct' && !partner) return undefined
    const [last] = group.page([message], { limit: 1 }).entries
    return {
      group: group.id,
      kind: group.kind,
      title: (partner && group.nameOf(partner)) ?? group.name,
      with: partner,
      role: group.role,
      unread: ledger.unreadCount(group.id),
      last: last && toMessage(last),
      typing: [...(writing.get(group.id)?.keys() ?? [])]
    }
  }

  const stopTyping = (group: GroupId, account: AccountId): void => {
    const cancel = writing.get(group)?.get(account)
    if (!cancel) return
    cancel()
    writing.get(group)?.delete(account)
    tell({ type: 'typing', group, account, on: false })
  }

  /** Each notes what an entry says, and returns what to do when that is committed. */
  const takeMessage = (entry: Entry<Text>): (() => void) => {
    const isMine = entry.account === self.account
    if (!isMine) {
      ledger.addUnread(entry)
      ledger.setNewest(entry)
    }
    return () => {
      if (!isMine) receipts.arrived(entry.group)
      stopTyping(entry.group, entry.account)
      tell({ type: 'message', message: toMessage(entry) })
    }
  }
  const takeReceipt = ({ account, data, group: id }: Entry<Receipt>): (() => void) => {
    const group = groups.get(id)
    const counts = group && withinScope(data, account, { group, self: self.account, newest: ledger.newest(id) })
    const rose = counts !== undefined && ledger.raise(id, account, counts)
    if (account === self.account) ledger.clearUnread(id, data.read)
    return () => {
      if (rose) tell({ type: 'receipt', group: id, account })
    }
  }
  const taking = takeIn(context, {
    kinds: [message, receipt] as RecordKind<unknown>[],
    place: database,
    take: entry =>
      entry.kind === message.name ? takeMessage(entry as Entry<Text>) : takeReceipt(entry as Entry<Receipt>),
    taken(works) {
      for (const work of works) work()
    }
  })
  context.background(taking.ended)

  groups.listen(typing, ({ account, data, group }) => {
    if (account === self.account) return
    stopTyping(group.id, account)
    if (!data.on) return
    const people = writing.get(group.id) ?? new Map<AccountId, () => void>()
    people.set(
      account,
      context.clock.after(TYPING_MS, () => stopTyping(group.id, account))
    )
    writing.set(group.id, people)
    tell({ type: 'typing', group: group.id, account, on: true })
  })
  groups.onChange(group => tell({ type: 'conversation', group: group.id }))

  return {
    conversations() {
      const latest = (a: Conversation): number => a.last?.sentAt ?? groups.get(a.group)?.joinedAt ?? 0
      return groups
        .list()
        .flatMap(group => describe(group) ?? [])
        .sort((a, b) => latest(b) - latest(a))
    },
    conversation(id) {
      const group = groups.get(id)
      return group && describe(group)
    },
    async send(id, text, { reply } = {}) {
      const group = known(id)
      if (reply !== undefined && group.entry(reply)?.kind !== message.name)
        throw rtcError('MESSAGE_UNKNOWN', 'the message to answer is not here')
      return toMessage(await group.append(message, { text: checked(text), reply: reply ?? null }))
    },
    page(id, options) {
      const { before, entries } = known(id).page([message], options)
      return { messages: entries.map(toMessage), before }
    },
    message(id, inGroup) {
      const entry = groups.get(inGroup)?.entry(id)
      return entry?.kind === message.name ? toMessage(entry as Entry<Text>) : undefined
    },
    async markRead(id) {
      const group = known(id)
      if (ledger.unreadCount(id) === 0) return
      await receipts.read(group)
      tell({ type: 'conversation', group: id })
    },
    setTyping: (id, on) => known(id).broadcast(typing, { on }),
    async direct(account) {
      const conversation = describe(await people.direct(account))
      if (!conversation) throw rtcError('CONVERSATION_UNKNOWN', 'this conversation was replaced: ask again')
      return conversation
    },
    subscribe
  }
}

function checked(text: string): string {
  try {
    return readMessage(text)
  } catch (cause) {
    throw new BorgoError('BAD_TEXT', 'a message has 1 to 8,000 characters and is not blank', { cause })
  }
}
