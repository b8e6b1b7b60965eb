import { coreError } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { MAX_PARENTS } from './operation.ts'
import type { Operation, OperationId } from './operation.ts'
import { ancestors, apply, certificateOf, inOrder, refusal, resolve } from './resolve.ts'
import type { GroupState } from './resolve.ts'

/** Past states that are kept, since records and operations that arrive together mostly follow the same ones. */
const KEPT_STATES = 16

/** The operations of one group in memory, and the state they give. */
export interface History {
  readonly group: GroupId
  readonly state: GroupState
  /** The state that these operations and all that they follow give: for reading only. Undefined when one is not here. */
  stateAt(ids: readonly OperationId[]): GroupState | undefined
  /** Whether an operation let the device in, though it may count for nothing by now. */
  wasAdmitted(device: PeerId): boolean
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
  const initial = resolve(known.values())
  if (!first || !initial) throw coreError('BAD_OPERATION', 'operations that found no group')
  let state = initial

  const kept = new Map<string, GroupState>()

  const areHeads = (ids: readonly OperationId[]): boolean => ids.length === heads.size && ids.every(id => heads.has(id))

  return {
    group: first.group,
    get state() {
      return state
    },
    stateAt,
    wasAdmitted: device => [...known.values()].some(({ action }) => certificateOf(action)?.device === device),
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
      const past = stateAt(operation.parents)
      const reason = past ? refusal(past, operation) : 'it has no past'
      if (reason !== undefined) throw coreError('BAD_OPERATION', `an operation without effect: ${reason}`)
    },
    add(operation) {
      if (known.has(operation.id)) return
      const isNewest = areHeads(operation.parents)
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

  function stateAt(ids: readonly OperationId[]): GroupState | undefined {
    if (areHeads(ids)) return state
    const name = [...ids].sort().join()
    const past = kept.get(name) ?? resolvePast(ids)
    if (!past) return undefined
    kept.delete(name)
    kept.set(name, past)
    const [oldest] = kept.keys()
    if (kept.size > KEPT_STATES && oldest !== undefined) kept.delete(oldest)
    return past
  }

  function resolvePast(ids: readonly OperationId[]): GroupState | undefined {
    if (ids.length === 0 || !ids.every(id => known.has(id))) return undefined
    const past = ancestors(ids, known)
    return resolve([...known.values()].filter(({ id }) => past.has(id)))
  }
}
