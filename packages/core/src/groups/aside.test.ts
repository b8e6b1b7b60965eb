import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import type { GroupId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { copyOf, letIn } from '../testing/membership-home.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { personNode } from '../testing/person-node.ts'
import type { PersonNode } from '../testing/person-node.ts'
import { OPEN_LINK, hex, invitationKey, request } from '../testing/replica.ts'
import { settle, until } from '../testing/turns.ts'
import { MAX_ASIDE, MAX_CONTRADICTIONS } from './aside.ts'
import { signOperation } from './operation.ts'
import type { Operation } from './operation.ts'

const ROUNDS = 12

describe('operations that were kept aside and forgotten', () => {
  let clock: ManualClock
  let ada: PersonNode
  let bea: PersonNode
  let mallory: PersonNode
  let group: GroupId
  /** What Mallory builds on. */
  let base: string

  beforeEach(async () => {
    clock = manualClock()
    const net = memoryNetwork({ clock })
    const node = (name: string) => personNode(memoryIdentity(name), { net, clock })
    ;[ada, bea, mallory] = [await node('ada'), await node('bea'), await node('mallory')]
    group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
    letIn(mallory, ada, group, 'admin')
    letIn(bea, ada, group)
    base = ada.members.history(group).heads()[0]!
  })
  afterEach(async () => {
    for (const node of [ada, bea, mallory]) await node.stop()
  })

  /** Mallory signs whatever it likes. */
  const rename = (name: string, ...parents: string[]): Operation =>
    signOperation({ group, parents, time: 0, action: { type: 'rename', name } }, mallory.identity.deviceKey)
  const beside = (what: string, count: number): Operation[] =>
    Array.from({ length: count }, (_, at) => rename(`${what} ${at}`, base))
  const give = (to: PersonNode, ...operations: Operation[]): number =>
    to.members.receive(
      group,
      operations.map(({ bytes }) => bytes)
    )
  const knows = (node: PersonNode, { id }: Operation): boolean => node.members.history(group).has(id)

  it('[G-47] are asked for again, and whoever built on them is not blamed', async () => {
    await ada.connect(bea)
    await settle()
    const few = beside('few', MAX_CONTRADICTIONS + 1)
    const flood = beside('flood', MAX_ASIDE)
    let last = rename('x 1', base)
    give(bea, ...few)
    give(ada, last, few.at(-1)!)
    for (let round = 2; round <= ROUNDS; round++) {
      await until(
        () => ada.streams.count() === 1 && bea.streams.count() === 1,
        () => clock.advance(1_000)
      )
      await settle()
      give(bea, ...flood)
      expect(knows(bea, last)).toBe(false)
      last = rename(`x ${round}`, ...(round === 2 ? [last.id, few.at(-1)!.id] : [last.id]))
      // Ada says to Bea this one alone: all that it follows she has said before.
      give(ada, last)
      await settle()
    }
    expect(bea.network.denials.list()).toEqual([])
    expect(bea.network.connections().map(({ peer }) => peer)).toEqual([ada.identity.device])
    const { id } = ada.members.act(group, { type: 'rename', name: 'Ada L.' })
    await until(
      () => bea.members.history(group).has(id),
      () => clock.advance(1_000)
    )
    expect(knows(bea, last)).toBe(true)
    // What Ada in turn keeps aside of what Bea has, Bea follows.
    bea.members.act(group, { type: 'rename', name: 'Bea B.' })
    await until(
      () => String(ada.members.heads(group)) === String(bea.members.heads(group)),
      () => clock.advance(1_000)
    )
  })

  it('[G-47] are taken in the end, though more follow each other than are kept aside', () => {
    give(bea, ...beside('few', MAX_CONTRADICTIONS + 1))
    let last = rename('x', base)
    give(ada, last)
    for (let at = 0; at < MAX_ASIDE + 50; at++) give(ada, (last = rename(`x ${at}`, last.id)))
    const own = ada.members.act(group, { type: 'rename', name: 'Ada L.' })
    let greetings = 0
    while (!knows(bea, own) && greetings++ < 10) {
      try {
        bea.members.receive(group, ada.members.since(group, bea.members.heads(group)))
      } catch (error) {
        if (!hasCode(error, 'PAST_MISSING')) throw error
      }
    }
    expect(greetings).toBe(2)
  })

  it('[G-47] are waited for by a record that names one', async () => {
    const few = beside('few', MAX_CONTRADICTIONS + 1)
    const one = rename('x', base)
    give(bea, ...few, one, ...beside('flood', MAX_ASIDE))
    give(ada, one)
    const note = { name: 'test/note', role: 'writer', maxBytes: 100, parse: String } as const
    await ada.connect(bea)
    await settle()
    // Forgotten again, and Ada has said it.
    give(bea, ...beside('flood', MAX_ASIDE))
    expect(knows(bea, one)).toBe(false)
    await ada.log.append(group, note, 'I saw it')
    await until(
      () => bea.log.vector(group).get(ada.identity.device) === 1,
      () => clock.advance(1_000)
    )
    expect(knows(bea, one)).toBe(true)
    expect(bea.network.denials.list()).toEqual([])
  })

  it('[G-47] let somebody in whose own operations are taken with them', async () => {
    const nina = memoryIdentity('nina')
    const secret = invitationKey('nina')
    const link = { ...OPEN_LINK, key: hex(secret), role: 'writer', uses: 1, expiresAt: 2 ** 50 } as const
    const invite = ada.members.act(group, { type: 'invite', ...link })
    const signer = copyOf(ada, group, mallory.identity)
    give(bea, invite, ...beside('few', MAX_CONTRADICTIONS + 1))
    const join = signer.act({ type: 'join', request: request(nina, signer, secret) })!
    give(bea, join)
    expect(knows(bea, join)).toBe(false)
    const action = { type: 'rename', name: 'Nina B.' } as const
    const own = signOperation({ group, parents: [join.id], time: 0, action }, nina.deviceKey)
    give(bea, own)
    expect(bea.members.state(group)?.members.get(nina.account)?.name).toBe('Nina B.')
    // Where it is not known who let her in, that is nobody's fault; where everything is known, it is.
    const later = signOperation(
      { group, parents: [own.id], time: 0, action: { ...action, name: 'N.' } },
      nina.deviceKey
    )
    expect(() => give(ada, later)).toThrow(expect.objectContaining({ code: 'PAST_MISSING' }))
    const never = signOperation({ group, parents: [base], time: 0, action }, nina.deviceKey)
    expect(() => give(ada, never)).toThrow(expect.objectContaining({ code: 'BAD_OPERATION' }))
  })
})
