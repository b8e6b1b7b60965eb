/** Work that falls due at a time: a heap, since a simulation has a hundred thousand of them at once. */
export interface Agenda {
  /** Returns its undo. */
  add(at: number, work: () => void): () => void
  /** Takes out what falls due first, and no later than `end`; of what falls due together, what was added first. */
  take(end: number): Due | undefined
}

interface Due {
  at: number
  order: number
  /** Undefined once it is undone. */
  work: (() => void) | undefined
}

/** So many undone ones are not worth sweeping out. */
const KEPT_UNDONE = 1_024

export function agenda(): Agenda {
  let heap: Due[] = []
  let order = 0
  let undone = 0

  const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

  const rise = (entry: Due, from: number): void => {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (!above || isBefore(above, entry)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }
  const sink = (entry: Due, from: number): void => {
    let at = from
    for (;;) {
      const left = 2 * at + 1
      const [a, b] = [heap[left], heap[left + 1]]
      if (!a) break
      const [child, below] = b && isBefore(b, a) ? [left + 1, b] : [left, a]
      if (isBefore(entry, below)) break
      heap[at] = below
      at = child
    }
    heap[at] = entry
  }
  const takeFirst = (): void => {
    const last = heap.pop()
    if (last && heap.length > 0) sink(last, 0)
  }
  const sweep = (): void => {
    if (undone < KEPT_UNDONE || undone < heap.length / 2) return
    // In order, a list is a heap.
    heap = heap.filter(({ work }) => work).sort((a, b) => (isBefore(a, b) ? -1 : 1))
    undone = 0
  }

  return {
    add(at, work) {
      const entry: Due = { at, order: order++, work }
      rise(entry, heap.length)
      return () => {
        if (!entry.work) return
        entry.work = undefined
        undone++
        sweep()
      }
    },
    take(end) {
      for (let [first] = heap; first && first.at <= end; [first] = heap) {
        takeFirst()
        if (first.work) {
          const due = { ...first }
          first.work = undefined
          return due
        }
        undone--
      }
      return undefined
    }
  }
}
