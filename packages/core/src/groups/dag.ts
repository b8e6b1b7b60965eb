import type { OperationId } from '../ids.ts'
import type { Operation } from './operation.ts'

/** Operations that lead back to the founding one, as a graph. */
export interface Dag {
  /** By depth and then by id: parents always come first, and everybody has the same order. */
  readonly ordered: readonly Operation[]
  get(id: OperationId): Operation | undefined
  /** Operations on the longest way from the founding one, which has 1; 0 for one that is not here. */
  depth(id: OperationId): number
  /** Whether the second followed the first when it was made. */
  isBefore(first: OperationId, second: OperationId): boolean
}

/** Operations whose parents are missing are left out; several of one id count once. */
export function dagOf(operations: Iterable<Operation>): Dag {
  const known = new Map<OperationId, Operation>()
  const children = new Map<OperationId, Operation[]>()
  const missing = new Map<OperationId, number>()
  const depths = new Map<OperationId, number>()
  const ready: Operation[] = []
  for (const operation of operations) {
    if (known.has(operation.id)) continue
    known.set(operation.id, operation)
    if (operation.parents.length === 0) ready.push(operation)
    missing.set(operation.id, operation.parents.length)
    for (const parent of operation.parents) {
      const siblings = children.get(parent)
      if (siblings) siblings.push(operation)
      else children.set(parent, [operation])
    }
  }
  for (const operation of ready) {
    let deepest = 0
    for (const parent of operation.parents) deepest = Math.max(deepest, depths.get(parent) ?? 0)
    depths.set(operation.id, deepest + 1)
    for (const child of children.get(operation.id) ?? []) {
      const left = (missing.get(child.id) ?? 0) - 1
      missing.set(child.id, left)
      if (left === 0) ready.push(child)
    }
  }
  const depth = (id: OperationId): number => depths.get(id) ?? 0
  const ordered = ready.sort((a, b) => depth(a.id) - depth(b.id) || (a.id < b.id ? -1 : 1))
  const waists = waistsOf(ordered, depth)

  /** Searches on from `first` until it comes to the second, or to what everything deeper follows. */
  const leadsTo = (first: OperationId, second: OperationId): boolean => {
    const deepest = depth(second)
    const seen = new Set<OperationId>()
    const open = [first]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === second || (waists.has(id) && depth(id) < deepest)) return true
      if (seen.has(id) || depth(id) >= deepest) continue
      seen.add(id)
      for (const child of children.get(id) ?? []) if (depths.has(child.id)) open.push(child.id)
    }
    return false
  }

  return {
    ordered,
    get: id => (depths.has(id) ? known.get(id) : undefined),
    depth,
    isBefore: (first, second) => first !== second && depths.has(first) && leadsTo(first, second)
  }
}

/**
 * Operations that are alone at their depth: every deeper one has an ancestor at that depth, hence this one. So most
 * questions of what came first are answered at once, and all others at the next place where branches meet.
 */
function waistsOf(ordered: readonly Operation[], depth: (id: OperationId) => number): Set<OperationId> {
  const waists = new Set<OperationId>()
  for (const [index, { id }] of ordered.entries()) {
    const [before, after] = [ordered[index - 1], ordered[index + 1]]
    const isAlone = (!before || depth(before.id) !== depth(id)) && (!after || depth(after.id) !== depth(id))
    if (isAlone) waists.add(id)
  }
  return waists
}

/** These operations and all that they follow, as far as they are in `known`. */
export function ancestors(ids: Iterable<OperationId>, known: ReadonlyMap<OperationId, Operation>): Set<OperationId> {
  const found = new Set<OperationId>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const operation = known.get(id)
    if (!operation || found.has(id)) continue
    found.add(id)
    open.push(...operation.parents)
  }
  return found
}

/**
 * What leads to `heads` and is neither in `seen` nor followed by it, parents first. Looks back no further than it must:
 * mostly a few operations are asked for, of a long history.
 */
export function beyond(
  seen: Iterable<OperationId>,
  options: {
    heads: Iterable<OperationId>
    known: ReadonlyMap<OperationId, Operation>
    depths: ReadonlyMap<OperationId, number>
  }
): Operation[] {
  const { heads, known, depths } = options
  const theirs = new Set<OperationId>()
  const queued = new Set<OperationId>()
  const levels = new Map<number, OperationId[]>()
  let deepest = 0
  let left = 0
  const queue = (id: OperationId, isTheirs: boolean): void => {
    const depth = depths.get(id)
    if (depth === undefined) return
    const isKnown = queued.has(id)
    if (isTheirs && !theirs.has(id)) {
      theirs.add(id)
      if (isKnown) left--
    } else if (!isTheirs && !isKnown) left++
    if (isKnown) return
    queued.add(id)
    deepest = Math.max(deepest, depth)
    const level = levels.get(depth)
    if (level) level.push(id)
    else levels.set(depth, [id])
  }
  for (const id of seen) queue(id, true)
  for (const id of heads) if (!theirs.has(id)) queue(id, false)
  const found: Operation[] = []
  // The deepest first: whatever follows an operation has had its say by then.
  for (let depth = deepest; left > 0 && depth > 0; depth--) {
    for (const id of levels.get(depth) ?? []) {
      const operation = known.get(id)
      const isTheirs = theirs.has(id)
      if (operation && !isTheirs) {
        found.push(operation)
        left--
      }
      for (const parent of operation?.parents ?? []) queue(parent, isTheirs)
    }
  }
  return found.reverse()
}
