import { coreError } from '../errors.ts'
import type { GroupId } from '../ids.ts'
import { MAX_PARENTS } from './operation.ts'
import type { Operation, OperationId } from './operation.ts'
import { ancestors, apply, founded, inOrder, refusal, resolve } from './resolve.ts'
import type { GroupState } from './resolve.ts'

/** The operations of one group in memory, and the state they give. */
export interface History {
  readonly group: GroupId
  readonly state: GroupState
  readonly size: number
  has(id: OperationId): boolean
  /** Operations that none follows, sorted. */
  heads(): OperationId[]
  /** What a new operation names as its parents: the heads, or the first of them when there are very many. */
  parents(): OperationId[]
  /** Throws BAD_OPERATION unless the operation's own past permits it: the same verdict on every peer, at any time. */
  check(operation: Operation): void
  /** Takes in an operation that passed `check`; a known one changes nothing. */
  add(operation: Operation): void
  /** Those that are not among `heads` and their ancestors, parents first. */
  since(heads: readonly OperationId[]): Operation[]
  /** Parents first. */
  all(): Iterable<Operation>
}

/** A history of operations that were checked before, in any order; throws BAD_OPERATION when they found no group. */
export function history(checked: readonly Operation[]): History {
  const known = new Map(inOrder(checked).map(operation => [operation.id, operation]))
  const [first] = known.values()
  const heads = new Set(known.keys())
  for (const { parents } of known.values()) for (const parent of parents) heads.delete(parent)
  const initial = known.size === 1 && first ? founded(first) : resolve(known.values())
  if (!first || !initial) throw coreError('BAD_OPERATION', 'operations that found no group')
  let state = initial

  const followsAll = ({ parents }: Operation): boolean =>
    parents.length === heads.size && parents.every(parent => heads.has(parent))

  return {
    group: first.group,
    get state() {
      return state
    },
    get size() {
      return known.size
    },
    has: id => known.has(id),
    heads: () => [...heads].sort(),
    parents: () => [...heads].sort().slice(0, MAX_PARENTS),
    check(operation) {
      if (operation.group !== first.group) throw coreError('BAD_OPERATION', 'an operation of another group')
      if (!operation.parents.every(parent => known.has(parent)))
        throw coreError('BAD_OPERATION', 'an operation whose parents are missing')
      const past = followsAll(operation) ? state : resolve(pastOf(operation))
      const reason = past ? refusal(past, operation) : 'it has no past'
      if (reason !== undefined) throw coreError('BAD_OPERATION', `an operation without effect: ${reason}`)
    },
    add(operation) {
      if (known.has(operation.id)) return
      const isNewest = followsAll(operation)
      known.set(operation.id, operation)
      for (const parent of operation.parents) heads.delete(parent)
      heads.add(operation.id)
      if (isNewest) apply(state, operation)
      else state = resolve(known.values()) ?? state
    },
    since(seen) {
      const theirs = ancestors(seen, known)
      return inOrder(known.values()).filter(({ id }) => !theirs.has(id))
    },
    all: () => known.values()
  }

  function pastOf({ parents }: Operation): Operation[] {
    const ids = ancestors(parents, known)
    return [...known.values()].filter(({ id }) => ids.has(id))
  }
}
