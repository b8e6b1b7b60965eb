/** What waits for its turn. */
export interface Waiter {
  /** Who waits, from the widest to the narrowest: the plugin, the peer. */
  readonly path: readonly string[]
  readonly cost: number
}

interface Branch<T> {
  /** What those below got, in costs. */
  served: number
  readonly branches: Map<string, Branch<T>>
  readonly waiting: T[]
}

const newBranch = <T>(): Branch<T> => ({ served: 0, branches: new Map(), waiting: [] })

/**
 * Gives turns to whoever got least so far: first among plugins, then among the peers of one, then in order. However many
 * wait for one plugin or peer, the others get as much.
 */
export class FairQueue<T extends Waiter> {
  #root: Branch<T> = newBranch()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(waiter: T): void {
    let at = this.#root
    for (const name of waiter.path) {
      const next: Branch<T> = at.branches.get(name) ?? newBranch()
      at.branches.set(name, next)
      // Who was away does not get what it left unused meanwhile.
      if (!isActive(next)) next.served = Math.max(next.served, leastActive(at))
      at = next
    }
    at.waiting.push(waiter)
    this.#size++
  }

  remove(waiter: T): void {
    const leaf = waiter.path.reduce<Branch<T> | undefined>((at, name) => at?.branches.get(name), this.#root)
    const index = leaf?.waiting.indexOf(waiter) ?? -1
    if (index < 0) return
    leaf?.waiting.splice(index, 1)
    this.#shrank()
  }

  /** Takes out the first in turn that may go. */
  next(mayGo: (waiter: T) => boolean): T | undefined {
    const path: Branch<T>[] = []
    const found = first(this.#root, mayGo, path)
    if (!found) return undefined
    for (const branch of path) branch.served += found.cost
    this.#shrank()
    return found
  }

  *[Symbol.iterator](): Generator<T> {
    yield* all(this.#root)
  }

  #shrank(): void {
    this.#size--
    if (this.#size === 0) this.#root = newBranch()
  }
}

const isActive = <T>(branch: Branch<T>): boolean =>
  branch.waiting.length > 0 || branch.branches.values().some(below => isActive(below))

const leastActive = <T>({ branches }: Branch<T>): number => {
  const served = [...branches.values()].filter(branch => isActive(branch)).map(branch => branch.served)
  return served.length > 0 ? Math.min(...served) : 0
}

function first<T>(branch: Branch<T>, mayGo: (waiter: T) => boolean, path: Branch<T>[]): T | undefined {
  const index = branch.waiting.findIndex(mayGo)
  if (index >= 0) return branch.waiting.splice(index, 1)[0]
  for (const below of [...branch.branches.values()].toSorted((a, b) => a.served - b.served)) {
    path.push(below)
    const found = first(below, mayGo, path)
    if (found) return found
    path.pop()
  }
  return undefined
}

function* all<T>(branch: Branch<T>): Generator<T> {
  yield* branch.waiting
  for (const below of branch.branches.values()) yield* all(below)
}
