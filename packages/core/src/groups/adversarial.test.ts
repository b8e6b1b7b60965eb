import { describe, expect, it } from 'vitest'
import type { Certificate } from '../identity/certificate.ts'
import type { OperationId } from '../ids.ts'
import { seededRandom } from '../testing/random.ts'
import { forge, manyCertificates, requestOf } from '../testing/random-dag.ts'
import { OPEN_LINK } from '../testing/replica.ts'
import type { Action } from './action.ts'
import { dagOf } from './dag.ts'
import type { Operation } from './operation.ts'
import { FOLDS_ONE_BY_ONE, MOST_FOLDS, resolveDag } from './resolve.ts'
import type { Resolution } from './resolve.ts'

const KEY = 'ab'.repeat(32)
const seen = new Map()

/** A group of a founder and two more owners, whose operations nobody signed, and further people who are not in it yet. */
function scene(more: number) {
  const [founder, ann, bob, ...rest] = manyCertificates(more + 3)
  if (!founder || !ann || !bob) throw new TypeError('three people at least')
  const keyCheck = new Uint8Array(32)
  const create: Action = { type: 'create', name: 'V', kind: 'shared', owner: 'f', certificate: founder, keyCheck }
  const operations: Operation[] = [forge(founder.device, [], create)]
  const add = (author: Certificate, parents: readonly OperationId[], action: Action): OperationId => {
    const operation = forge(author.device, parents, action)
    operations.push(operation)
    return operation.id
  }
  const join = (author: Certificate, person: Certificate): Action => ({
    type: 'join',
    request: requestOf(author, person, KEY)
  })
  const invite = { type: 'invite', ...OPEN_LINK, key: KEY, uses: 10_000, expiresAt: 2 ** 50, role: 'writer' } as const
  let head = add(founder, [operations[0]!.id], invite)
  for (const person of [ann, bob]) {
    head = add(founder, [head], join(founder, person))
    head = add(founder, [head], { type: 'setRole', account: person.account, role: 'owner', seen })
  }
  return { operations, add, join, head, founder, ann, bob, rest }
}

const plain = ({ state }: Resolution): string =>
  JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Set) return [...value].sort()
    return value instanceof Map ? [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) : value
  })

function resolved(operations: readonly Operation[]): Resolution {
  const found = resolveDag(dagOf(operations))
  if (!found) throw new TypeError('no group')
  return found
}

/** In other orders, with the same result. */
function check(operations: readonly Operation[], seed: number): Resolution {
  const expected = resolved(operations)
  const random = seededRandom(seed)
  for (let turn = 0; turn < 3; turn++) {
    const places = new Map(operations.map(operation => [operation, random()]))
    const shuffled = [...operations].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
    expect(plain(resolved(shuffled))).toBe(plain(expected))
  }
  return expected
}

describe('operations that contradict each other as often as they can', () => {
  it('[G-38] are resolved in few rounds, and the same everywhere: many are removed who did something meanwhile', () => {
    for (const count of [20, 300]) {
      const { add, bob, head, join, operations, rest } = scene(count)
      let last = head
      for (const person of rest) last = add(bob, [last], join(bob, person))
      const joined = last
      for (const [at, person] of rest.entries()) add(person, [joined], { type: 'rename', name: `name ${at}` })
      for (const { account } of rest) last = add(bob, [last], { type: 'remove', account, seen })
      const { folds, state, without } = check(operations, count)
      expect(folds).toBe(Math.min(count, FOLDS_ONE_BY_ONE) + 1)
      expect(state.members.size).toBe(3)
      expect(without.size).toBe(count)
    }
  })

  it('[G-38] the most senior is heard first: no number of blows keeps theirs from counting', () => {
    const { add, bob, founder, head, join, operations, rest } = scene(300)
    let last = head
    for (const person of rest) last = add(bob, [last], join(bob, person))
    const joined = last
    for (const [at, person] of rest.entries()) add(person, [joined], { type: 'rename', name: `name ${at}` })
    for (const { account } of rest) last = add(bob, [last], { type: 'remove', account, seen })
    // The founder removes Bob, who did all of his removing without knowing of it.
    add(founder, [joined], { type: 'remove', account: bob.account, seen })
    const { folds, state } = check(operations, 1)
    expect(folds).toBeLessThan(MOST_FOLDS)
    expect(state.members.size).toBe(302)
    expect(state.members.get(rest[0]!.account)?.name).toBe('name 0')
  })

  it('[G-38] one who removes somebody again and again, who left before, costs everybody little', () => {
    const { add, ann, bob, head, join, operations } = scene(0)
    let mine = head
    for (let at = 0; at < 400; at++) mine = add(ann, [mine], { type: 'rename', name: `name ${at}` })
    add(ann, [mine], { type: 'leave', seen })
    let last = add(bob, [head], {
      type: 'invite',
      ...OPEN_LINK,
      key: 'cd'.repeat(32),
      uses: 9_999,
      expiresAt: 2 ** 50,
      role: 'writer'
    })
    for (let at = 0; at < 400; at++) {
      last = add(bob, [last], { type: 'remove', account: ann.account, seen })
      last = add(bob, [last], join(bob, ann))
    }
    const { folds } = check(operations, 2)
    expect(folds).toBeLessThanOrEqual(MOST_FOLDS)
  })

  it('[G-5] random ones, written beside each other without end, are resolved the same in any order', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = seededRandom(seed)
      const { add, ann, bob, founder, head, join, operations, rest } = scene(40)
      let last = head
      for (const person of rest) last = add(founder, [last], join(founder, person))
      const all = [founder, ann, bob, ...rest]
      const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
      const heads = new Map(all.map(person => [person, last]))
      for (let step = 0; step < 300; step++) {
        const author = random() < 0.7 ? any([founder, ann, bob]) : any(all)
        const { account } = any(all)
        const role = any(['reader', 'admin', 'owner'] as const)
        const action: Action = any([
          { type: 'remove', account, seen },
          { type: 'setRole', account, role, seen },
          { type: 'rename', name: `name ${step}` },
          { type: 'leave', seen }
        ])
        const known = [heads.get(author)!, ...(random() < 0.1 ? [heads.get(any(all))!] : [])]
        heads.set(author, add(author, [...new Set(known)], action))
      }
      expect(check(operations, seed).folds).toBeLessThanOrEqual(MOST_FOLDS)
    }
  })
})
