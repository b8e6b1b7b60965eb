import type { OperationId } from '../ids.ts'
import type { Operation } from './operation.ts'

/** Operations that lead back to the founding one, as a graph. */
export interface Dag {
  /** By depth and then by id: parents always come first, and everybody has the same order. */
  readonly ordered: readonly Operation[]
  get(id: OperationId): Operation | undefined
  /** Operations on the longest way from the founding one, which has 1; 0 for one that is not here. */
  depth(id: OperationId): number
  /** What stands before an operation and what after it: for many questions about one. */
  around(id: OperationId): Around
}

/** What is neither before an operation nor after it was made without knowing of it, nor it of that. */
export interface Around {
  isBefore(other: OperationId): boolean
  isAfter(other: OperationId): boolean
}

/** Operations of which it is remembered what is around them: an octet for each other one, twice. */
const KEPT_AROUND = 64
/** Nearly all questions are answered within so many steps: where branches meet. */
const FEW_STEPS = 32

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

  /** Searches on from `first` until it comes to `second`, or to what everything deeper follows; undefined: not soon. */
  const leadsSoonTo = (first: OperationId, second: OperationId): boolean | undefined => {
    const deepest = depth(second)
    const seen = new Set<OperationId>()
    const open = [first]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === second || (waists.has(id) && depth(id) < deepest)) return true
      if (seen.has(id) || depth(id) >= deepest) continue
      if (seen.size === FEW_STEPS) return undefined
      seen.add(id)
      for (const child of children.get(id) ?? []) if (depths.has(child.id)) open.push(child.id)
    }
    return false
  }

  const places = lazily(() => new Map(ordered.map(({ id }, place) => [id, place])))
  const placesOf = (ids: readonly OperationId[]): number[] => ids.flatMap(id => places().get(id) ?? [])
  const parentsAt = lazily(() => ordered.map(({ parents }) => placesOf(parents)))
  const childrenAt = lazily(() => ordered.map(({ id }) => placesOf((children.get(id) ?? []).map(child => child.id))))

  /** Marks everything that is reached from a place; `ends`: what needs no look beyond it. */
  const reached = (from: number, next: readonly number[][], ends: (place: number) => boolean): Uint8Array => {
    const marks = new Uint8Array(ordered.length)
    const open = [from]
    for (let place = open.pop(); place !== undefined; place = open.pop())
      for (const one of next[place] ?? []) {
        if (marks[one]) continue
        marks[one] = 1
        if (!ends(one)) open.push(one)
      }
    return marks
  }

  const kept = new Map<OperationId, Around>()
  const around = (id: OperationId): Around => {
    const same = kept.get(id)
    if (same) return same
    const from = places().get(id)
    let deepest = Infinity
    const past = lazily(() => reached(from ?? -1, parentsAt(), () => false))
    const future = lazily(() =>
      reached(from ?? -1, childrenAt(), place => {
        const reachedId = ordered[place]?.id ?? ''
        if (waists.has(reachedId)) deepest = Math.min(deepest, depth(reachedId))
        return waists.has(reachedId)
      })
    )
    const isThere = (marks: Uint8Array, other: OperationId): boolean => marks[places().get(other) ?? -1] === 1
    const made: Around = {
      isBefore: other =>
        other !== id && depths.has(other) && depths.has(id) && (leadsSoonTo(other, id) ?? isThere(past(), other)),
      isAfter: other => other !== id && (isThere(future(), other) || depth(other) > deepest)
    }
    const [oldest] = kept.keys()
    if (kept.size === KEPT_AROUND && oldest !== undefined) kept.delete(oldest)
    kept.set(id, made)
    return made
  }

  return {
    ordered,
    get: id => (depths.has(id) ? known.get(id) : undefined),
    depth,
    around
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
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
