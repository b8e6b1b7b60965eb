import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVillage, manualClock } from '@borgo/core/testing'
import type { Village } from '@borgo/core/testing'
import type { BorgoNode, Group, GroupId, PeerId, PluginContext, RecordId, Role, SearchOptions } from '@borgo/core'
import { messageKind, rtc } from '../src/index.ts'
import type { Chat, ChatEvent } from '../src/index.ts'
import type { Ledger } from '../src/ledger.ts'
import { CONFIRM_MS, RECEIPT_MEMBERS, startReceipts } from '../src/receipts.ts'
import { receipt } from '../src/records.ts'
import type { Marks, Receipt } from '../src/records.ts'
import { TYPING_MS } from '../src/rtc.ts'

interface Person {
  node: BorgoNode
  chat: Chat
}

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 7 })
})
afterEach(() => village.stop())

async function settle(name: string): Promise<Person> {
  const node = await village.settle(name)
  return { node, chat: (await node.use(rtc())).chat }
}

/** Everybody in one group of the first one's. */
async function together(first: Person, others: Person[], role: Role = 'writer'): Promise<Group> {
  const group = await first.node.groups.create({ name: 'Square' })
  const { link } = await group.invite({ role, uses: Math.max(1, others.length) })
  for (const { node } of others) await village.run(node.groups.join(link))
  for (const { node } of [first, ...others])
    await village.until(() => node.groups.get(group.id)?.members().length === others.length + 1)
  return group
}

const texts = (chat: Chat, group: Group): string[] => chat.page(group.id, { limit: 1_000 }).messages.map(m => m.text)

describe('conversations', () => {
  it('[R-1] shows the same messages in the same order to everybody, live and in history', async () => {
    const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
    const group = await together(ada, [ben, cleo])
    const seen: string[] = []
    cleo.chat.subscribe(event => event.type === 'message' && seen.push(event.message.text))
    const first = await ada.chat.send(group.id, 'one')
    await village.until(() => texts(ben.chat, group).length === 1)
    await ben.chat.send(group.id, 'two', { reply: first.id })
    await Promise.all([ada.chat.send(group.id, 'three'), ben.chat.send(group.id, 'four')])
    for (const { chat } of [ada, ben, cleo]) await village.until(() => texts(chat, group).length === 4)
    expect(texts(ben.chat, group)).toEqual(texts(ada.chat, group))
    expect(texts(cleo.chat, group)).toEqual(texts(ada.chat, group))
    expect(texts(ada.chat, group).slice(0, 2)).toEqual(['one', 'two'])
    await village.until(() => seen.length === 4)
    expect(cleo.chat.page(group.id).messages[1]).toMatchObject({
      reply: first.id,
      mine: false,
      account: ben.node.self.account
    })
  })

  it('[R-1] refuses text that is blank, too long or broken, and answers to what is not there', async () => {
    const ada = await settle('Ada')
    const group = await together(ada, [])
    for (const text of ['', ' \n ', 'x'.repeat(8_001), '\ud800'])
      await expect(ada.chat.send(group.id, text)).rejects.toMatchObject({ code: 'BAD_TEXT' })
    const sent = await ada.chat.send(group.id, 'x'.repeat(8_000))
    const other = await together(ada, [])
    await expect(ada.chat.send(other.id, 'hm', { reply: sent.id })).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
    const nowhere = `b${'a'.repeat(52)}` as Group['id']
    await expect(ada.chat.send(nowhere, 'hm')).rejects.toMatchObject({ code: 'CONVERSATION_UNKNOWN' })
  })

  it('[R-9] finds messages by their words, in one conversation or all, by author', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben])
    const alone = await together(ada, [])
    await ben.chat.send(group.id, 'Il caffè è pronto')
    await ada.chat.send(alone.id, 'Un caffe, grazie')
    await ada.chat.send(group.id, 'Arrivo')
    await village.until(() => texts(ada.chat, group).length === 2)
    const found = async (options?: Partial<SearchOptions<unknown>>): Promise<string[]> =>
      (await ada.node.groups.search('caff', { ...options, kinds: [messageKind] })).entries.map(({ data }) => data.text)
    expect((await found()).sort()).toEqual(['Il caffè è pronto', 'Un caffe, grazie'])
    expect(await found({ group: group.id })).toEqual(['Il caffè è pronto'])
    expect(await found({ by: ada.node.self.account })).toEqual(['Un caffe, grazie'])
    const [first] = ada.chat.page(group.id).messages
    expect(await found({ until: first?.sentAt ?? NaN, group: group.id })).toEqual([])
    expect(await found({ since: first?.sentAt ?? NaN, group: group.id })).toEqual(['Il caffè è pronto'])
  })

  it('[R-2] pages history from the newest back, each message once', async () => {
    const ada = await settle('Ada')
    const group = await together(ada, [])
    const all = Array.from({ length: 25 }, (_, at) => `message ${at}`)
    for (const text of all) await ada.chat.send(group.id, text)
    const paged: string[] = []
    let before: ReturnType<Chat['page']>['before']
    do {
      const page = ada.chat.page(group.id, { limit: 10, ...(before && { before }) })
      expect(page.messages.length).toBeLessThanOrEqual(10)
      paged.unshift(...page.messages.map(({ text }) => text))
      before = page.before
    } while (before)
    expect(paged).toEqual(all)
  })

  it('[R-3] reaches somebody who was away through a third member, the author gone', async () => {
    const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
    const group = await together(ada, [ben, cleo])
    village.isolate(cleo.node)
    await ada.chat.send(group.id, 'for Cleo')
    await village.until(() => texts(ben.chat, group).length === 1)
    village.isolate(ada.node)
    village.rejoin(cleo.node)
    await village.until(() => texts(cleo.chat, group).includes('for Cleo'))
  })

  it('[R-4] tells the author who has a message and who read it', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben])
    const { id } = await ada.chat.send(group.id, 'hello')
    const mine = () => ada.chat.message(id, group.id)
    await village.until(() => mine()?.delivered.length === 1)
    expect(mine()).toMatchObject({ delivered: [ben.node.self.account], read: [] })
    await ben.chat.markRead(group.id)
    await village.until(() => mine()?.read.length === 1)
    expect(RECEIPT_MEMBERS).toBe(64)
  })

  it('[R-22] leaves of many receipts the last one, and after it says as much as before', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben])
    const sent: RecordId[] = []
    const mine = (at: number) => ada.chat.message(sent[at] as RecordId, group.id)
    for (let round = 0; round < 5; round++) {
      sent.push((await ada.chat.send(group.id, `${round}`)).id)
      await village.until(() => mine(round)?.delivered.length === 1)
      if (round === 3) await ben.chat.markRead(group.id)
    }
    await village.until(() => mine(3)?.read.length === 1)
    expect([0, 1, 2, 3, 4].map(round => mine(round)?.read.length)).toEqual([1, 1, 1, 1, 0])
    const left = () => group.page([receipt]).entries.map(({ data }) => data)
    await village.until(() => left().length === 1)
    const device = ada.node.self.device
    expect(left()).toEqual([{ delivered: { [device]: 5 }, read: { [device]: 4 } }])
    // Who comes with what is left knows all of it.
    const node = await village.restart(ada.node)
    const again = (await node.use(rtc())).chat
    expect(again.message(sent[3] as RecordId, group.id)?.read).toHaveLength(1)
  })

  it('[R-22] in a larger group says only what is new, and all now and then', async () => {
    const clock = manualClock()
    const written: { data: Receipt; adds: boolean | undefined }[] = []
    const newest = new Map<PeerId, number>()
    const devices = Array.from({ length: 20 }, (_, at) => `device ${at}` as PeerId)
    const gone = 'device that left' as PeerId
    const group = {
      id: 'group' as GroupId,
      members: () => devices,
      member: (id: string) => devices.find(device => device === id),
      append: async (_kind: unknown, data: Receipt, { adds }: { adds?: boolean }) => void written.push({ data, adds })
    }
    const ledger = {
      newest: (): Marks => Object.fromEntries(newest),
      readBy: () => ({ [devices[0] as PeerId]: 1, [gone]: 1 }),
      unconfirmed: () => Object.fromEntries([...newest].slice(-1))
    }
    const context = {
      self: { account: 'me' },
      clock,
      groups: { get: () => group, list: () => [] },
      defer: () => undefined
    }
    const receipts = startReceipts(context as unknown as PluginContext, ledger as unknown as Ledger)
    for (const device of [gone, ...devices, ...devices]) {
      newest.delete(device)
      newest.set(device, written.length + 1)
      receipts.arrived(group.id)
      await clock.advance(CONFIRM_MS)
    }
    const whole = written.filter(({ adds }) => !adds)
    expect(written).toHaveLength(2 * devices.length)
    // Four short ones, and one after 31 that add.
    expect(whole).toHaveLength(4 + 1)
    expect(whole.at(-1)?.data.read).toEqual({ [devices[0] as PeerId]: 1 })
    expect(Object.keys(whole.at(-1)?.data.delivered ?? {})).toHaveLength(devices.length)
    for (const { adds, data } of written) if (adds) expect(Object.keys(data.delivered)).toHaveLength(1)
  })

  it('[R-5] counts what was not read, over a restart too', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben])
    await ada.chat.send(group.id, 'one')
    await ada.chat.send(group.id, 'two')
    const unread = (chat: Chat) => chat.conversation(group.id)?.unread
    await village.until(() => unread(ben.chat) === 2)
    const node = await village.restart(ben.node)
    const again = { node, chat: (await node.use(rtc())).chat }
    expect(unread(again.chat)).toBe(2)
    await ada.chat.send(group.id, 'three')
    await village.until(() => unread(again.chat) === 3)
    await again.chat.markRead(group.id)
    expect(unread(again.chat)).toBe(0)
    expect(unread(ada.chat)).toBe(0)
    const { node: once } = { node: await village.restart(node) }
    expect((await once.use(rtc())).chat.conversation(group.id)?.unread).toBe(0)
  })

  it('[R-6] shows who is writing until they stop, send, or fall silent', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben])
    const events: ChatEvent[] = []
    ben.chat.subscribe(event => event.type === 'typing' && events.push(event))
    const typing = () => ben.chat.conversation(group.id)?.typing
    // Gossip needs its mesh first; whoever types says so again and again.
    await village.until(async () => {
      await ada.chat.setTyping(group.id, true)
      return typing()?.length === 1
    })
    expect(typing()).toEqual([ada.node.self.account])
    await village.clock.advance(TYPING_MS)
    expect(typing()).toEqual([])
    await village.until(async () => {
      await ada.chat.setTyping(group.id, true)
      return typing()?.length === 1
    })
    await ada.chat.send(group.id, 'done')
    await village.until(() => typing()?.length === 0)
    expect(events.map(event => event.type === 'typing' && event.on)).toContain(false)
  })

  it('[R-8] lets a reader confirm but not send', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const group = await together(ada, [ben], 'reader')
    await expect(ben.chat.send(group.id, 'no')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { id } = await ada.chat.send(group.id, 'hello')
    await village.until(() => ben.chat.conversation(group.id)?.unread === 1)
    await ben.chat.markRead(group.id)
    await village.until(() => ada.chat.message(id, group.id)?.read.length === 1)
  })
})

describe('conversations of two', () => {
  it('[R-7] are begun through a group of both and belong to nobody else', async () => {
    const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
    await together(ada, [ben, cleo])
    const { group } = await ada.chat.direct(ben.node.self.account)
    await ada.chat.send(group, 'just us')
    await village.until(() => ben.chat.conversation(group)?.unread === 1)
    expect(ben.chat.conversation(group)).toMatchObject({ kind: 'direct', title: 'Ada', with: ada.node.self.account })
    expect(ada.chat.conversation(group)).toMatchObject({ title: 'Ben', with: ben.node.self.account })
    expect((await ben.chat.direct(ada.node.self.account)).group).toBe(group)
    expect(cleo.chat.conversation(group)).toBeUndefined()
    const stranger = `z6Mk${'a'.repeat(44)}` as typeof ada.node.self.account
    await expect(ada.chat.direct(stranger)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    await expect(ada.chat.direct(ada.node.self.account)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
  })

  it('[R-7] wait for somebody who is away', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await together(ada, [ben])
    village.isolate(ben.node)
    const { group } = await ada.chat.direct(ben.node.self.account)
    await ada.chat.send(group, 'when you are back')
    expect(ada.chat.conversations().map(({ kind }) => kind)).toContain('direct')
    village.rejoin(ben.node)
    await village.until(() => ben.chat.conversation(group)?.unread === 1)
    expect(ben.chat.page(group).messages[0]?.text).toBe('when you are back')
  })

  it('[R-7] end up as one when both begin at once, and no message is lost', async () => {
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await together(ada, [ben])
    village.isolate(ben.node)
    const [hers, his] = [await ada.chat.direct(ben.node.self.account), await ben.chat.direct(ada.node.self.account)]
    expect(hers.group).not.toBe(his.group)
    await ada.chat.send(hers.group, 'from Ada')
    await ben.chat.send(his.group, 'from Ben')
    village.rejoin(ben.node)
    const group = hers.group < his.group ? hers.group : his.group
    const both = (chat: Chat) =>
      chat.conversation(group) !== undefined &&
      chat
        .page(group)
        .messages.map(({ text }) => text)
        .sort()
        .join() === 'from Ada,from Ben'
    await village.until(() => both(ada.chat) && both(ben.chat))
    for (const { chat } of [ada, ben])
      expect(chat.conversations().filter(({ kind }) => kind === 'direct')).toHaveLength(1)
  })
})
