import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryIdentity } from '../testing/identity.ts'
import { OPEN_LINK, found, hex, invitationKey, request, replica, welcome } from '../testing/replica.ts'
import type { Replica } from '../testing/replica.ts'
import type { Role } from './role.ts'
import { history } from './history.ts'
import type { Action } from './action.ts'
import type { Operation } from './operation.ts'
import { resolve } from './resolve.ts'
import type { GroupState } from './state.ts'

const people = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay'].map(name => memoryIdentity(name))
const ada = people[0]!

/** The state as plain data, so that the order of a map's keys does not count. */
const plain = (state: GroupState | undefined): unknown =>
  JSON.parse(
    JSON.stringify(state, (_, value: unknown) =>
      value instanceof Map ? [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) : value
    )
  )
/** Forged operations are counted before they are judged. */
const withoutCounts = (state: GroupState | undefined): unknown => plain(state && { ...state, written: new Map() })
const roles = ({ history }: Replica): Record<string, Role> =>
  Object.fromEntries([...history.state.members.values()].map(({ name, role }) => [name, role]))
const setRole = (of: Replica, role: Role): Action => ({
  type: 'setRole',
  account: of.identity.account,
  role,
  seen: new Map()
})

interface Step {
  what: 'invite' | 'join' | 'setRole' | 'pull'
  who: number
  whom: number
  role: Role
  uses: number
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('invite', 'join', 'setRole', 'pull', 'pull'),
  who: fc.nat(5),
  whom: fc.nat(5),
  role: fc.constantFrom<Role>('reader', 'writer', 'owner', 'owner'),
  uses: fc.integer({ min: 1, max: 2 })
})

const MAX_STEPS = 50
const invitationKeys = Array.from({ length: MAX_STEPS }, (_, at) => invitationKey(`${at}`))
const steps = fc.array(step, { minLength: 10, maxLength: MAX_STEPS, size: 'max' })

/**
 * Two owners, a writer and whoever they let in do these things, each on a copy that now and then pulls from another;
 * every operation was permitted on the copy where it was made.
 */
function live(steps: readonly Step[]): { copies: Replica[]; operations: Operation[] } {
  const founder = found(ada)
  const copies = [founder, welcome(founder, 'bob', 'owner'), welcome(founder, 'cleo', 'writer')]
  for (const [at, { what, who, whom, role, uses }] of steps.entries()) {
    const actor = copies[who % copies.length]!
    const other = copies[whom % copies.length]!
    if (what === 'invite')
      actor.act({ type: 'invite', ...OPEN_LINK, key: hex(invitationKeys[at]!), role, uses, expiresAt: 9 })
    if (what === 'setRole') actor.act(setRole(other, role))
    if (what === 'pull') actor.pull(other)
    if (what === 'join') {
      const known = invitationKeys.filter(key => actor.history.state.invitations.has(hex(key)))
      const key = known[at % known.length]
      const joiner = people[3 + (whom % 3)]!
      const joins = key && actor.act({ type: 'join', request: request(joiner, actor, key) })
      const isNew = !copies.some(({ identity }) => identity === joiner)
      if (joins && isNew) copies.push(replica(joiner, actor.history.since([])))
    }
  }
  const operations = new Map(copies.flatMap(copy => copy.history.since([])).map(one => [one.id, one]))
  return { copies, operations: [...operations.values()] }
}

/** Another order, drawn from `salt`. */
function shuffled(operations: readonly Operation[], salt: string): Operation[] {
  const place = ({ id }: Operation): string => createHash('sha256').update(salt).update(id).digest('hex')
  return [...operations].sort((a, b) => (place(a) < place(b) ? -1 : 1))
}

describe('resolving operations', () => {
  it('[G-5] gives the same state whatever order they arrive in', () => {
    fc.assert(
      fc.property(steps, fc.string(), (steps, salt) => {
        const { operations } = live(steps)
        expect(plain(resolve(shuffled(operations, salt)))).toEqual(plain(resolve(operations)))
      }),
      { numRuns: 15 }
    )
  })

  it('[G-5] gives copies that exchanged everything the same state, step by step as well as at once', () => {
    fc.assert(
      fc.property(steps, steps => {
        const { copies, operations } = live(steps)
        const expected = plain(resolve(operations))
        for (const copy of copies) {
          for (const other of copies) copy.pull(other)
          expect(plain(copy.history.state)).toEqual(expected)
          expect(plain(history(operations).state)).toEqual(expected)
        }
      }),
      { numRuns: 10 }
    )
  })

  it('[G-6] always leaves an owner, and never more people in than an invitation allows', () => {
    fc.assert(
      fc.property(steps, steps => {
        const { operations } = live(steps)
        const state = resolve(operations)!
        expect(state.owners.size).toBeGreaterThan(0)
        for (const { account, role } of state.members.values()) expect(state.owners.has(account)).toBe(role === 'owner')
        let uses = 1
        for (const invitation of state.invitations.values()) {
          expect(invitation.used).toBeLessThanOrEqual(invitation.uses)
          uses += invitation.used
        }
        expect(state.members.size).toBeLessThanOrEqual(uses)
      }),
      { numRuns: 15 }
    )
  })

  it('[G-3] gives nothing to what a writer or a stranger does as if an owner', () => {
    const founder = found(ada)
    const writer = welcome(founder, 'wim', 'writer')
    const reader = welcome(founder, 'rita', 'reader')
    founder.pull(writer)
    writer.pull(founder)
    const stranger = replica(memoryIdentity('sam'), founder.history.since([]))
    const evil = fc.array(
      fc.record({
        who: fc.constantFrom(writer, reader, stranger),
        whom: fc.constantFrom(founder, writer, reader, stranger),
        role: fc.constantFrom<Role>('reader', 'writer', 'owner'),
        invites: fc.boolean()
      }),
      { maxLength: 12 }
    )
    const before = withoutCounts(founder.history.state)
    fc.assert(
      fc.property(evil, deeds => {
        const forged: Operation[] = []
        for (const [at, { who, whom, role, invites }] of deeds.entries()) {
          // Anybody may lower their own role.
          if (who === whom) continue
          const key = hex(invitationKey(`evil ${at}`))
          const action: Action = invites
            ? { type: 'invite', ...OPEN_LINK, key, role, uses: 5, expiresAt: 1000 }
            : setRole(whom, role)
          const operation = who.sign(action)
          expect(() => founder.history.check(operation)).toThrow('without effect')
          forged.push(operation)
        }
        expect(withoutCounts(resolve([...founder.history.all(), ...forged]))).toEqual(before)
      }),
      { numRuns: 50 }
    )
  })

  it('[G-6] keeps the last owner, also when the last two resign at once', () => {
    const first = found(ada)
    expect(first.act(setRole(first, 'writer'))).toBeUndefined()
    const second = welcome(first, 'bob', 'owner')
    expect(first.act(setRole(first, 'writer'))).toBeDefined()
    expect(second.act(setRole(second, 'writer'))).toBeDefined()
    first.pull(second)
    second.pull(first)
    expect(roles(first)).toEqual(roles(second))
    expect(Object.values(roles(first)).sort()).toEqual(['owner', 'writer'])
  })

  it('[G-7] lets only a senior owner demote an owner', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    expect(second.act(setRole(first, 'reader'))).toBeUndefined()
    expect(first.act(setRole(second, 'reader'))).toBeDefined()
    expect(roles(first)).toEqual({ ada: 'owner', bob: 'reader' })
  })

  it('[G-8] voids what a demoted owner did meanwhile, and all that hangs on it, but not what it did before', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    const before = welcome(second, 'cleo', 'writer')
    first.pull(second)
    first.act(setRole(second, 'writer'))
    const during = welcome(second, 'dan', 'owner')
    const later = welcome(during, 'eve', 'writer')
    for (const copy of [first, second, before, during, later]) {
      for (const other of [first, second, before, during, later]) copy.pull(other)
      expect(roles(copy)).toEqual({ ada: 'owner', bob: 'writer', cleo: 'writer' })
    }
  })

  it('[G-8] holds against operations that were dated back after the demotion', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    const old = replica(second.identity, second.history.since([]))
    first.act(setRole(second, 'reader'))
    second.pull(first)
    // Signed now, but as if the demotion were not known.
    const dated = old.act({
      type: 'invite',
      ...OPEN_LINK,
      key: hex(invitationKey('dated')),
      role: 'owner',
      uses: 9,
      expiresAt: 9
    })!
    first.history.check(dated)
    first.history.add(dated)
    expect(first.history.state.invitations.has(hex(invitationKey('dated')))).toBe(false)
  })

  it("[G-8] hears the most senior owner first: who was demoted meanwhile demotes nobody, and voids nobody's acts", () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    const third = welcome(first, 'cleo', 'owner')
    second.pull(first)
    // More operations lie before the first owner's word than before the second's.
    first.act({ type: 'invite', ...OPEN_LINK, key: hex(invitationKey('more')), role: 'reader', uses: 1, expiresAt: 9 })
    first.act(setRole(second, 'writer'))
    second.act(setRole(third, 'writer'))
    third.act({ type: 'invite', ...OPEN_LINK, key: hex(invitationKey('kept')), role: 'reader', uses: 1, expiresAt: 9 })
    for (const other of [second, third]) first.pull(other)
    expect(roles(first)).toEqual({ ada: 'owner', bob: 'writer', cleo: 'owner' })
    expect(first.history.state.invitations.has(hex(invitationKey('kept')))).toBe(true)
  })

  it('[G-4] lets exactly as many in as an invitation allows when members admit at the same time', () => {
    const first = found(ada)
    const key = invitationKey('race')
    const second = welcome(first, 'bob', 'writer')
    first.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 1, expiresAt: 10 })
    second.pull(first)
    first.act({ type: 'join', request: request(people[2]!, first, key) })
    second.act({ type: 'join', request: request(people[3]!, second, key) })
    first.pull(second)
    second.pull(first)
    expect(roles(first)).toEqual(roles(second))
    expect(first.history.state.members.size).toBe(3)
    expect(first.history.state.invitations.get(hex(key))?.used).toBe(1)
  })

  it('[G-9] holds two people in a direct group', () => {
    const first = found(ada, { kind: 'direct' })
    expect(
      first.act({ type: 'invite', ...OPEN_LINK, key: hex(invitationKey('2')), role: 'writer', uses: 2, expiresAt: 9 })
    ).toBe(undefined)
    const [one, two] = [invitationKey('one'), invitationKey('two')]
    for (const key of [one, two])
      first.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 1, expiresAt: 9 })
    const copy = replica(ada, first.history.since([]))
    expect(first.act({ type: 'join', request: request(people[1]!, first, one) })).toBeDefined()
    expect(first.act({ type: 'join', request: request(people[2]!, first, two) })).toBeUndefined()
    copy.act({ type: 'join', request: request(people[2]!, copy, two) })
    first.pull(copy)
    copy.pull(first)
    expect(first.history.state.members.size).toBe(2)
    expect(roles(first)).toEqual(roles(copy))
  })

  it('[G-10] counts a device once, for the account that it joined with first', () => {
    const first = found(ada)
    const key = invitationKey('k')
    first.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 5, expiresAt: 9 })
    expect(first.act({ type: 'join', request: request(people[1]!, first, key) })).toBeDefined()
    expect(first.act({ type: 'join', request: request(people[1]!, first, key) })).toBeUndefined()
    expect(first.history.state.invitations.get(hex(key))?.used).toBe(1)
  })

  it('[G-4] gives nothing to a join after the invitation expired', () => {
    const first = found(ada)
    const key = invitationKey('k')
    first.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 5, expiresAt: 9 })
    expect(first.act({ type: 'join', request: request(people[1]!, first, key) }, 10)).toBeUndefined()
    expect(first.act({ type: 'join', request: request(people[1]!, first, key) }, 9)).toBeDefined()
  })
})
