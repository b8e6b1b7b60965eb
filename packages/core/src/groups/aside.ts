import type { OperationId } from '../ids.ts'
import type { History } from './history.ts'
import type { Operation } from './operation.ts'

/** Operations of one device that may contradict each other: an honest one, restored wrongly, has a few. */
export const MAX_CONTRADICTIONS = 16
/** Operations that are kept aside, the latest. */
const MAX_ASIDE = 1_024

/**
 * A device signs its operations one after the other. One that signs ever new ones beside each other would fill
 * everybody's disk in spite of its quota; so the many are kept aside, in memory, until somebody else's operation or a
 * record follows one of them, and only that is stored.
 */
export interface Aside {
  /** Keeps the operation aside, if it is one of too many. */
  holdsBack(operation: Operation, history: History): boolean
  /** These and what they follow, as far as they were kept aside, parents first: kept aside no longer. */
  release(ids: readonly OperationId[]): Operation[]
}

export function createAside(): Aside {
  const kept = new Map<OperationId, Operation>()
  return {
    holdsBack(operation, history) {
      const { id, device, parents } = operation
      const followsOwn = parents.some(parent => kept.get(parent)?.device === device)
      if (!followsOwn && (history.contradictions(operation) ?? 0) <= MAX_CONTRADICTIONS) return false
      kept.set(id, operation)
      const [oldest] = kept.keys()
      if (kept.size > MAX_ASIDE && oldest !== undefined) kept.delete(oldest)
      return true
    },
    release(ids) {
      const found: Operation[] = []
      const take = (id: OperationId): void => {
        const operation = kept.get(id)
        if (!operation) return
        kept.delete(id)
        for (const parent of operation.parents) take(parent)
        found.push(operation)
      }
      for (const id of ids) take(id)
      return found
    }
  }
}
