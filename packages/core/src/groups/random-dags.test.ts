import { describe, expect, it } from 'vitest'
import type { AccountId } from '../ids.ts'
import { exchange, forge, randomAction, randomDag } from '../testing/random-dag.ts'
import type { Copy } from '../testing/random-dag.ts'
import type { Action } from './action.ts'
import { ancestors, dagOf } from './dag.ts'
import type { Role } from './role.ts'
import { history } from './history.ts'
import type { Operation } from './operation.ts'
import { resolve, resolveDag } from './resolve.ts'
import { isBelow } from './role.ts'
import type { GroupState } from './state.ts'

/** A small number in every run; 10,000 of each with BORGO_DAGS=10000, as `npm run soak` does. */
const DAGS = Number(process.env.BORGO_DAGS ?? 250)
/**
 * Seeds of graphs that failed once. 137, 8057: a leave dated back undid what its author had done for others. 5388: so did
 * a transfer, and with that its author's removal.
 */
const KEPT = [137, 1533, 5388, 8057]
const seeds = [...KEPT, ...Array.from({ length: DAGS }, (_, at) => at + 1)]
const TIMEOUT_MS = 30_000 + DAGS * 200

/** The state as plain data, so that the order of a map's keys does not count. */
const plain = (state: GroupState | undefined): string =>
  JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Set) return [...value].sort()
    return value instanceof Map ? [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) : value
  })

const shuffled = (operations: readonly Operation[], random: () => number): Operation[] =>
  operations
    .map(operation => ({ operation, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ operation }) => operation)

/** Runs `check` for every seed and says which one failed. */
const forAll = (check: (seed: number) => void): void => {
  for (const seed of seeds) {
    try {
      check(seed)
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}

/** A copy that takes everything in, in an order of its own in which parents come first. */
const taking = (operations: readonly Operation[], random: () => number): GroupState => {
  const waiting = shuffled(operations, random)
  const first = waiting.findIndex(({ parents }) => parents.length === 0)
  const copy = history(waiting.splice(first, 1))
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ parents }) => parents.every(parent => copy.has(parent)))
    for (const operation of waiting.splice(next, 1)) {
      copy.check(operation)
      copy.add(operation)
      // Looking in between must not change what comes out.
      if (random() < 0.2) expect(copy.state.owners.size).toBeGreaterThan(0)
    }
  }
  return copy.state
}

describe(`${DAGS} random graphs`, () => {
  it(
    '[G-5] give the same state in any order, at once and step by step',
    () =>
      forAll(seed => {
        const { operations, random } = randomDag(seed)
        const expected = plain(resolve(operations))
        for (let turn = 0; turn < 3; turn++) expect(plain(resolve(shuffled(operations, random)))).toBe(expected)
        expect(plain(taking(operations, random))).toBe(expected)
      }),
    TIMEOUT_MS
  )

  it(
    '[G-5] [G-6] give all copies the same state after a partition, with an owner and no more people than invited',
    () =>
      forAll(seed => {
        const { copies, operations } = randomDag(seed, { partition: true })
        for (let turn = 0; turn < 2; turn++) for (const to of copies) for (const from of copies) exchange(to, from)
        const state = resolve(operations)
        const expected = plain(state)
        for (const copy of copies) expect(plain(copy.history.state)).toBe(expected)
        if (!state) throw new TypeError('no state')
        expect(state.owners.size).toBeGreaterThan(0)
        for (const { account, role, devices } of state.members.values()) {
          expect(state.owners.has(account)).toBe(role === 'owner')
          expect(devices.size).toBeGreaterThan(0)
          for (const device of devices.keys()) expect(state.accounts.get(device)).toBe(account)
        }
        for (const { used, uses } of state.invitations.values()) expect(used).toBeLessThanOrEqual(uses)
        for (const account of state.removed) expect(state.members.has(account)).toBe(false)
      }),
    TIMEOUT_MS
  )

  it(
    '[L-52] are sent to who has some of them as far as these do not lead to them, and no others, parents first',
    () =>
      forAll(seed => {
        const { operations, random } = randomDag(seed)
        const all = history(operations)
        const known = new Map(operations.map(operation => [operation.id, operation]))
        for (const share of [0, 0.02, 0.1, 0.5]) {
          const seen = [...known.keys()].filter(() => random() < share)
          const theirs = ancestors(seen, known)
          const sent = all.since([...seen, 'nobody knows this one']).map(({ id }) => id)
          expect(new Set(sent)).toEqual(new Set([...known.keys()].filter(id => !theirs.has(id))))
          expect(sent).toHaveLength(known.size - theirs.size)
          const before = theirs
          for (const id of sent) {
            for (const parent of known.get(id)?.parents ?? []) expect(before.has(parent)).toBe(true)
            before.add(id)
          }
        }
      }),
    TIMEOUT_MS
  )

  it(
    '[G-18] [G-23] let nobody rise by what they sign: members by no role that nobody gave, the removed by nothing',
    () =>
      forAll(seed => {
        const { copies, operations, random, pick } = randomDag(seed)
        const before = resolveDag(dagOf(operations))
        const managed = before && managers(before.state, operations)
        const isOut = (account: AccountId): boolean => before?.state.removed.has(account) ?? false
        const mallory = pick(copies.filter(({ account }) => isOut(account) || managed?.has(account) === false))
        if (!before || !mallory) return
        const all = history(operations)
        for (let turn = 0; turn < 8; turn++) tryAnything(mallory, isOut(mallory.account), all, copies, random, pick)
        const after = all.state
        const [was, is] = [before.state.members, after.members]
        const own = was.get(mallory.account)
        for (const [account, { role }] of was) {
          if (account === mallory.account) continue
          expect(is.get(account)?.role).toBe(role)
        }
        expect([...after.owners.keys()].sort()).toEqual([...before.state.owners.keys()].sort())
        const risen = is.get(mallory.account)
        if (isOut(mallory.account)) expect([...is.keys()].sort()).toEqual([...was.keys()].sort())
        else if (own && risen) expect(isBelow(own.role, risen.role)).toBe(false)
        expect(after.policy).toEqual(before.state.policy)
      }),
    TIMEOUT_MS
  )
})

/** Who was ever given a role from which others are managed. */
function managers(state: GroupState, operations: readonly Operation[]): Set<AccountId> {
  const found = new Set<AccountId>()
  const manages = (role: Role): boolean => !isBelow(role, 'admin')
  const doors = new Set<string>()
  for (const { action } of operations) if (action.type === 'invite' && manages(action.role)) doors.add(action.key)
  for (const { action } of operations) {
    if (action.type === 'create') found.add(action.certificate.account)
    if (action.type === 'setRole' && manages(action.role)) found.add(action.account)
    if (action.type === 'transferOwnership') found.add(action.account)
    if ((action.type === 'join' || action.type === 'request') && doors.has(action.request.invitation))
      found.add(action.request.certificate.account)
    // Then anybody may invite, which is no rise.
    if (action.type === 'setPolicy' && isBelow(action.policy.inviters, 'admin'))
      for (const account of state.members.keys()) found.add(account)
  }
  return found
}

/** Signs something, on top of what it knows or of any earlier moment, and sends it to everybody. */
function tryAnything(
  mallory: Copy,
  isOut: boolean,
  all: ReturnType<typeof history>,
  copies: readonly Copy[],
  random: () => number,
  pick: <T>(from: readonly T[]) => T | undefined
): void {
  const known = [...all.all()]
  const parents = random() < 0.5 ? mallory.history.parents() : [pick(known)?.id ?? '']
  const other = pick(copies)
  const someone = other && [...(other.history.state.members.get(other.account)?.devices.values() ?? [])][0]
  const action: Action | undefined = someone && randomAction(mallory, someone, random, pick)
  if (!action) return
  // Who was removed may strike back at who did it, when neither is senior: that is another rule.
  if (isOut && (action.type === 'remove' || action.type === 'setRole')) return
  const operation = forge(mallory.device, parents, action)
  try {
    all.check(operation)
  } catch {
    return
  }
  all.add(operation)
}
