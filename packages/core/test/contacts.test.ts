import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../src/logger.ts'
import { WORDS_PER_MINUTE } from '../src/people/contacts/asking.ts'
import { issueCard } from '../src/people/contacts/card.ts'
import { CONTACT, encodeTold } from '../src/people/contacts/protocol.ts'
import { memoryIdentity } from '../src/testing/identity.ts'
import { createStreams } from '../src/transport/streams.ts'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'
import type { AccountId, BorgoNode, ContactState, Group, PluginContext, Protocol } from '../src/index.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 34 })
})
afterEach(() => village.stop())

const stateOf = (node: BorgoNode, other: BorgoNode): ContactState | undefined =>
  node.people.contacts.get(other.self.account)?.state
const ready = (node: BorgoNode, other: BorgoNode, state: ContactState): Promise<void> =>
  village.until(() => stateOf(node, other) === state)

/** Two who became contacts by a card. */
async function contacts(): Promise<[BorgoNode, BorgoNode]> {
  const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
  await ada.people.contacts.add(ben.people.contacts.card())
  await ready(ben, ada, 'asked')
  await ben.people.contacts.accept(ada.self.account)
  await ready(ada, ben, 'contact')
  return [ada, ben]
}

/** People in one group of the first one's, all connected. */
async function together(...nodes: BorgoNode[]): Promise<Group> {
  const [first, ...others] = nodes
  const group = await first!.groups.create({ name: 'Square' })
  const { link } = await group.invite({ uses: nodes.length })
  for (const node of others) await village.run(node.groups.join(link))
  for (const node of nodes)
    await village.until(
      () =>
        node.groups
          .get(group.id)
          ?.members()
          .filter(one => one.online).length === nodes.length
    )
  return group
}

const directs = (node: BorgoNode): Group[] =>
  node.groups.list().filter(({ id, kind }) => kind === 'direct' && node.people.partner(id))

describe('asking', () => {
  it('[K-2] a card is enough to ask; who is asked accepts, and both have one group of two', async () => {
    const [ada, ben] = await contacts()
    await ready(ben, ada, 'contact')
    await village.until(() => directs(ben)[0]?.members().length === 2)
    const [group] = directs(ada)
    expect(directs(ben).map(({ id }) => id)).toEqual([group?.id])
    expect(ada.people.contacts.get(ben.self.account)).toMatchObject({ name: 'Ben', group: group?.id, verified: false })
    expect(ada.people.partner(group!.id)).toBe(ben.self.account)
    expect(ada.people.contacts.list().map(({ name }) => name)).toEqual(['Ben'])
  })

  it('[T-113] a device is heard twenty times a minute, however often it connects anew', async () => {
    const ada = await village.settle('Ada')
    const mallory = memoryIdentity('mallory')
    const network = village.network.node(mallory.device)
    await network.start()
    const streams = createStreams({ network, clock: village.clock, logger: silentLogger, isMember: () => false })
    const told = encodeTold({ card: issueCard(mallory, []), stance: 'yes', offer: undefined })
    const ask = async (): Promise<boolean> => {
      await village.run(network.dial(ada.addresses()))
      const stream = await village.run(streams.open(ada.self.device, CONTACT))
      await stream.send(told)
      await stream.end()
      const answer = await village.run(stream.receive())
      await village.run(network.hangUp(ada.self.device))
      await village.until(() => ada.peers.list().length === 0)
      return answer !== undefined
    }
    const heard: boolean[] = []
    for (let turn = 0; turn < WORDS_PER_MINUTE + 3; turn++) heard.push(await ask())
    expect(heard.filter(isHeard => isHeard)).toHaveLength(WORDS_PER_MINUTE)
    await village.clock.advance(60_000)
    expect(await ask()).toBe(true)
    streams.close()
    await network.stop()
  })

  it('[K-2] who asks again, with the same card or the account, asks once', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await ada.people.contacts.add(ben.people.contacts.card())
    await ready(ben, ada, 'asked')
    await ada.people.contacts.add(ben.people.contacts.card())
    await ada.people.contacts.add(ben.self.account)
    expect(directs(ada)).toHaveLength(1)
    expect(ben.people.contacts.list()).toHaveLength(1)
  })

  it('[K-2] refuses its own card, a stranger without one, and what is none', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    const { contacts } = ada.people
    await expect(contacts.add(contacts.card())).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    await expect(contacts.add(ben.self.account)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    await expect(contacts.add('Ben')).rejects.toMatchObject({ code: 'BAD_CARD' })
    await expect(contacts.accept(ben.self.account)).rejects.toMatchObject({ code: 'CONTACT_UNKNOWN' })
    await expect(contacts.edit(ben.self.account, { note: 'x' })).rejects.toMatchObject({ code: 'CONTACT_UNKNOWN' })
  })

  it('[K-3] a request waits until both can meet, and so does the answer, over restarts', async () => {
    let [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    village.isolate(ben)
    await ada.people.contacts.add(ben.people.contacts.card())
    expect(stateOf(ada, ben)).toBe('asking')
    ada = await village.restart(ada)
    village.rejoin(ben)
    await ready(ben, ada, 'asked')
    village.isolate(ada)
    ben = await village.restart(ben)
    village.isolate(ada)
    await ben.people.contacts.accept(ada.self.account)
    expect(stateOf(ada, ben)).toBe('asking')
    village.rejoin(ada)
    await ready(ada, ben, 'contact')
    await village.until(() => directs(ben)[0]?.members().length === 2)
  })

  it('[K-4] who is declined is told so, and the request that is taken back is gone', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await ada.people.contacts.add(ben.people.contacts.card())
    await ready(ben, ada, 'asked')
    await ben.people.contacts.decline(ada.self.account)
    await ready(ada, ben, 'declined')
    expect(ben.people.contacts.list()).toEqual([])
    expect(directs(ada)).toEqual([])
    await ada.people.contacts.add(ben.people.contacts.card())
    await ready(ada, ben, 'declined')

    const cleo = await village.settle('Cleo')
    await ada.people.contacts.add(cleo.people.contacts.card())
    await ready(cleo, ada, 'asked')
    await ada.people.contacts.remove(cleo.self.account)
    await village.until(() => cleo.people.contacts.list().length === 0)
  })

  it('[K-5] two who ask each other at once are contacts, with one group', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    village.isolate(ben)
    await ada.people.contacts.add(ben.people.contacts.card())
    await ben.people.contacts.add(ada.people.contacts.card())
    expect(directs(ada)[0]?.id).not.toBe(directs(ben)[0]?.id)
    village.rejoin(ben)
    await ready(ada, ben, 'contact')
    await ready(ben, ada, 'contact')
    await village.until(() =>
      [ada, ben].every(node => directs(node).length === 1 && directs(node)[0]?.members().length === 2)
    )
    expect(directs(ada)[0]?.id).toBe(directs(ben)[0]?.id)
  })
})

describe('what is known of a contact', () => {
  it('[K-6] nickname, note and verification outlive a restart and are for this person alone', async () => {
    const [ada, ben] = await contacts()
    const { account } = ben.self
    await ada.people.contacts.edit(account, { nickname: 'Benny', note: 'met at the well' })
    await ada.people.contacts.edit(account, { verified: true })
    const known = { nickname: 'Benny', note: 'met at the well', verified: true, state: 'contact' }
    expect(ada.people.contacts.get(account)).toMatchObject(known)
    await expect(ada.people.contacts.edit(account, { nickname: 'x'.repeat(256) })).rejects.toThrow(TypeError)
    const again = await village.restart(ada)
    expect(again.people.contacts.get(account)).toMatchObject(known)
    expect(ben.people.contacts.get(ada.self.account)).toMatchObject({ nickname: undefined, note: '', verified: false })
  })

  it('[K-7] both see the same words, and others with somebody in between', async () => {
    const [ada, ben] = await contacts()
    const mallory = await village.settle('Mallory')
    const [hers, his] = [ada.people.contacts.words(ben.self.account), ben.people.contacts.words(ada.self.account)]
    expect(hers).toEqual(his)
    expect(ada.people.contacts.words(mallory.self.account)).not.toEqual(his)
  })

  it('[K-9] a removed contact is forgotten; what was exported is asked for again, what is known stays', async () => {
    const [ada, ben] = await contacts()
    const { account } = ben.self
    const cleo = await village.settle('Cleo')
    await ada.people.contacts.edit(account, { nickname: 'Benny', verified: true })
    await ada.people.contacts.block(cleo.self.account)
    const file = ada.people.contacts.export()
    expect(await ada.people.contacts.import(file)).toEqual({ added: 0, known: 2 })
    await ada.people.contacts.remove(account)
    expect(ada.people.contacts.get(account)).toBeUndefined()
    await expect(ada.people.contacts.remove(account)).rejects.toMatchObject({ code: 'CONTACT_UNKNOWN' })
    expect(await ada.people.contacts.import(file)).toEqual({ added: 1, known: 1 })
    await ready(ada, ben, 'contact')
    expect(ada.people.contacts.get(account)).toMatchObject({ nickname: 'Benny', verified: true })

    const other = await village.settle('Dora')
    await other.people.contacts.import(file)
    expect(other.people.contacts.get(account)).toMatchObject({ nickname: 'Benny', verified: false, state: 'asking' })
    expect(other.people.contacts.get(cleo.self.account)).toMatchObject({ blocked: true, state: 'none' })
    for (const text of ['', '{}', file.replace('borgo-contacts/1', 'x'), file.replace('"note": ""', '"note": 7')])
      await expect(other.people.contacts.import(text)).rejects.toMatchObject({ code: 'BAD_CONTACTS' })
  })
})

describe('blocking', () => {
  it('[K-8] hangs up, refuses, hears no requests, and ends with the block', async () => {
    const [ada, mallory] = [await village.settle('Ada'), await village.settle('Mallory')]
    await together(ada, mallory)
    await ada.people.contacts.block(mallory.self.account)
    await village.until(() => ada.peers.list().length === 0 && mallory.peers.list().length === 0)
    await mallory.people.contacts.add(ada.people.contacts.card())
    // Longer than any redial waits.
    await village.clock.advance(130_000)
    expect(ada.peers.list()).toEqual([])
    expect(ada.people.contacts.list()).toMatchObject([{ name: 'Mallory', blocked: true, state: 'none' }])
    await expect(ada.people.contacts.add(mallory.self.account)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(ada.people.direct(mallory.self.account)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    await ada.people.contacts.unblock(mallory.self.account)
    await ready(ada, mallory, 'asked')
  })

  it('[K-8] holds over a restart', async () => {
    const [ada, mallory] = [await village.settle('Ada'), await village.settle('Mallory')]
    await ada.people.contacts.block(mallory.self.account)
    const again = await village.restart(ada)
    const [address = ''] = again.addresses()
    await village.run(mallory.dial(address).catch(() => undefined))
    await village.until(() => again.peers.list().length === 0)
  })
})

describe('protocols for contacts', () => {
  const KNOCK: Protocol = {
    id: '/borgo/knock/1',
    access: 'contacts',
    maxMessageBytes: 64,
    maxStreamsPerPeer: 8,
    idleMs: 60_000
  }
  const served = async (node: BorgoNode): Promise<PluginContext> => {
    const context = await node.use({ name: 'knock', start: context => context })
    context.handle(KNOCK, async stream => stream.send(Buffer.from('come in')))
    return context
  }

  it('[K-10] are open to those whom both count as contacts, and to nobody else', async () => {
    const [ada, ben] = await contacts()
    await ready(ben, ada, 'contact')
    const mallory = await village.settle('Mallory')
    await together(ada, ben, mallory)
    const [atAda, atBen, atMallory] = [await served(ada), await served(ben), await served(mallory)]
    const stream = await village.run(atBen.open(ada.self.device, KNOCK))
    expect(await village.run(stream.receive())).toEqual(new Uint8Array(Buffer.from('come in')))
    for (const [from, to] of [
      [atMallory, ada],
      [atAda, mallory]
    ] as const)
      await expect(village.run(from.open(to.self.device, KNOCK))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await ada.people.contacts.remove(ben.self.account)
    await expect(village.run(atBen.open(ada.self.device, KNOCK))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('[K-10] are closed to who claims it alone', async () => {
    const [ada, mallory] = [await village.settle('Ada'), await village.settle('Mallory')]
    await together(ada, mallory)
    const [, atMallory] = [await served(ada), await served(mallory)]
    await mallory.people.contacts.add(ada.self.account)
    await expect(village.run(atMallory.open(ada.self.device, KNOCK))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('groups of two', () => {
  it('[K-11] reach somebody who is away, through a group of both', async () => {
    const [ada, ben] = [await village.settle('Ada'), await village.settle('Ben')]
    await together(ada, ben)
    village.isolate(ben)
    const group = await ada.people.direct(ben.self.account)
    village.rejoin(ben)
    await village.until(() => ben.groups.get(group.id)?.members().length === 2)
    expect(ben.people.partner(group.id)).toBe(ada.self.account)
    expect((await ben.people.direct(ada.self.account)).id).toBe(group.id)
    const stranger = `z6Mk${'a'.repeat(44)}` as AccountId
    await expect(ada.people.direct(stranger)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
    await expect(ada.people.direct(ada.self.account)).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' })
  })
})
