import { coreError } from '../errors.ts'
import type { GroupId, OperationId, PeerId } from '../ids.ts'
import type { Action } from './action.ts'
import { ancestors, beyond, dagOf } from './dag.ts'
import type { Dag } from './dag.ts'
import { apply, count } from './effect.ts'
import { MAX_PARENTS, certificateOf } from './operation.ts'
import type { Operation } from './operation.ts'
import { pastRefusal, refusal } from './permission.ts'
import { resolveDag } from './resolve.ts'
import type { GroupState } from './state.ts'

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
  /** What checking and looking has cost so far, in operations gone through. */
  readonly effort: number
  has(id: OperationId): boolean
  get(id: OperationId): Operation | undefined
  /**
   * How many operations of its author it does not follow: 0 unless the author contradicts itself. Undefined while its
   * parents are missing.
   */
  contradictions(operation: Operation): number | undefined
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
  dag(): Dag
}

/** A history of operations that were checked before, in any order; throws BAD_OPERATION when they found no group. */
export function history(checked: readonly Operation[]): History {
  const known = new Map(dagOf(checked).ordered.map(operation => [operation.id, operation]))
  const [first] = known.values()
  let effort = 0
  const resolve = (operations: Iterable<Operation>): GroupState | undefined => {
    const dag = dagOf(operations)
    const found = resolveDag(dag)
    effort += dag.ordered.length * (found?.folds ?? 1)
    return found?.state
  }
  const initial = resolve(known.values())
  if (!first || !initial) throw coreError('BAD_OPERATION', 'operations that found no group')
  const depths = new Map<OperationId, number>()
  const heads = new Set(known.keys())
  const admitted = new Set<PeerId>()
  const written = new Map<PeerId, number>()
  for (const operation of known.values()) index(operation)
  /** Undefined while operations came in that do not simply follow all others. */
  let state: GroupState | undefined = initial
  const kept = new Map<string, GroupState>()

  const present = (): GroupState => (state ??= resolve(known.values()) ?? initial)
  const areHeads = (ids: readonly OperationId[]): boolean => ids.length === heads.size && ids.every(id => heads.has(id))

  return {
    group: first.group,
    get state() {
      return present()
    },
    stateAt,
    wasAdmitted: device => admitted.has(device),
    get size() {
      return known.size
    },
    get effort() {
      return effort
    },
    has: id => known.has(id),
    get: id => known.get(id),
    contradictions({ device, parents }) {
      const past = stateAt(parents)
      return past && (written.get(device) ?? 0) - (past.written.get(device) ?? 0)
    },
    heads: () => [...heads].sort(),
    parents: () => [...heads].sort().slice(0, MAX_PARENTS),
    check(operation) {
      if (operation.group !== first.group) throw coreError('BAD_OPERATION', 'an operation of another group')
      if (!operation.parents.every(parent => known.has(parent)))
        throw coreError('BAD_OPERATION', 'an operation whose parents are missing')
      const past = stateAt(operation.parents)
      const reason = past ? (refusal(past, operation) ?? pastRefusal(past, operation)) : 'it has no past'
      if (reason !== undefined) throw coreError('BAD_OPERATION', `an operation without effect: ${reason}`)
    },
    add(operation) {
      if (known.has(operation.id)) return
      const follows = areHeads(operation.parents) ? state : undefined
      known.set(operation.id, operation)
      const depth = index(operation)
      const turns = follows?.turns.length
      state = follows && advance(follows, operation, depth)
      // Which of several epochs serves until the next rotation takes a look at all operations.
      if (state && state.turns.length !== turns) state = undefined
      const name = nameOf(operation.parents)
      const past = kept.get(name)
      if (!past) return
      // Whoever builds on this branch goes on from here.
      kept.delete(name)
      keep(operation.id, advance(past, operation, depth))
    },
    since(seen) {
      return seen.some(id => known.has(id)) ? beyond(seen, { heads, known, depths }) : [...known.values()]
    },
    all: () => known.values(),
    dag: () => dagOf(known.values())
  }

  /** Notes an operation whose parents are noted; returns its depth. */
  function index({ id, device: author, parents, action }: Operation): number {
    written.set(author, (written.get(author) ?? 0) + 1)
    let deepest = 0
    for (const parent of parents) {
      deepest = Math.max(deepest, depths.get(parent) ?? 0)
      heads.delete(parent)
    }
    depths.set(id, deepest + 1)
    heads.add(id)
    const device = admittedBy(action, id => known.get(id))
    if (device !== undefined) admitted.add(device)
    return deepest + 1
  }

  function stateAt(ids: readonly OperationId[]): GroupState | undefined {
    if (areHeads(ids)) return present()
    const name = nameOf(ids)
    const past = kept.get(name) ?? resolvePast(ids)
    if (past) keep(name, past)
    return past
  }

  function keep(name: string, past: GroupState): void {
    kept.delete(name)
    kept.set(name, past)
    const [oldest] = kept.keys()
    if (kept.size > KEPT_STATES && oldest !== undefined) kept.delete(oldest)
  }

  function resolvePast(ids: readonly OperationId[]): GroupState | undefined {
    if (ids.length === 0 || !ids.every(id => known.has(id))) return undefined
    const past = ancestors(ids, known)
    return resolve([...known.values()].filter(({ id }) => past.has(id)))
  }
}

/** Which device an action lets in, if it counts. */
export function admittedBy(action: Action, operation: (id: OperationId) => Operation | undefined): PeerId | undefined {
  const admission = action.type === 'accept' ? operation(action.request)?.action : action
  // Who only asked is not in.
  return admission && action.type !== 'request' ? certificateOf(admission)?.device : undefined
}

/** The state after an operation that follows all that gave it: the same object. */
function advance(state: GroupState, operation: Operation, depth: number): GroupState {
  count(state, operation)
  apply(state, operation, depth)
  return state
}

function nameOf(ids: readonly OperationId[]): string {
  return [...ids].sort().join()
}
