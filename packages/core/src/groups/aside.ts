import type { OperationId, PeerId } from '../ids.ts'
import { admittedBy } from './history.ts'
import type { History } from './history.ts'
import type { Operation } from './operation.ts'

/** Operations of one device that may contradict each other: an honest one, restored wrongly, has a few. */
export const MAX_CONTRADICTIONS = 16
/** Operations that are kept aside, the latest. */
export const MAX_ASIDE = 1_024
/** Operations that are waited for, the latest. */
const MAX_WANTED = 1_024

/**
 * A device signs its operations one after the other. One that signs ever new ones beside each other would fill
 * everybody's disk in spite of its quota; so the many are kept aside, in memory, until somebody else's operation or a
 * record follows one of them, and only that is stored.
 */
export interface Aside {
  /** Keeps the operation aside, if it is one of too many and nobody else waits for it. */
  holdsBack(operation: Operation, history: History): boolean
  /** These and what they follow, as far as they were kept aside, parents first: kept aside no longer. */
  release(ids: readonly OperationId[]): Operation[]
  /** Whether what the operation follows, as far as it was kept aside, lets its author in. */
  admits(operation: Operation, history: History): boolean
  /** Whether everything that the operation follows is here, or was kept aside. */
  knowsPastOf(operation: Operation, history: History): boolean
  /**
   * An operation, or a record, follows these, which are not here: they were forgotten. When they come again they are
   * taken, so that in the end also a line of operations is here that is longer than what is kept aside.
   */
  want(ids: readonly OperationId[], by?: Operation): void
}

const RECORD = 'a record'

export function createAside(): Aside {
  const kept = new Map<OperationId, Operation>()
  /** What is waited for → devices of which an operation follows it, two at most: one of these is not its author. */
  const wanted = new Map<OperationId, Set<PeerId | typeof RECORD>>()

  /** These and what they follow, as far as it is kept aside, parents first. */
  const lineOf = (ids: readonly OperationId[]): Operation[] => {
    const line: Operation[] = []
    const seen = new Set<OperationId>()
    const take = (id: OperationId): void => {
      const operation = kept.get(id)
      if (!operation || seen.has(id)) return
      seen.add(id)
      for (const parent of operation.parents) take(parent)
      line.push(operation)
    }
    for (const id of ids) take(id)
    return line
  }
  const otherFollower = ({ id, device }: Operation): PeerId | typeof RECORD | undefined =>
    [...(wanted.get(id) ?? [])].find(follower => follower !== device)
  const want = (ids: readonly OperationId[], follower: PeerId | typeof RECORD): void => {
    for (const id of ids) {
      const followers = wanted.get(id) ?? new Set()
      if (followers.size === 2) continue
      wanted.set(id, followers.add(follower))
      const [oldest] = wanted.keys()
      if (wanted.size > MAX_WANTED && oldest !== undefined) wanted.delete(oldest)
    }
  }

  return {
    holdsBack(operation, history) {
      if (otherFollower(operation) !== undefined) return false
      const { id, device, parents } = operation
      const followsOwn = parents.some(parent => kept.get(parent)?.device === device)
      if (!followsOwn && (history.contradictions(operation) ?? 0) <= MAX_CONTRADICTIONS) return false
      kept.set(id, operation)
      const [oldest] = kept.keys()
      if (kept.size > MAX_ASIDE && oldest !== undefined) kept.delete(oldest)
      return true
    },
    release(ids) {
      const line = lineOf(ids)
      for (const { id } of line) kept.delete(id)
      return line
    },
    admits: ({ device, parents }, history) =>
      lineOf(parents).some(({ action }) => admittedBy(action, id => kept.get(id) ?? history.get(id)) === device),
    knowsPastOf: ({ parents }, history) =>
      [...parents, ...lineOf(parents).flatMap(one => one.parents)].every(id => kept.has(id) || history.has(id)),
    want: (ids, by) => want(ids, (by && otherFollower(by)) ?? by?.device ?? RECORD)
  }
}
