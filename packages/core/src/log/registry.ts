import { coreError } from '../errors.ts'

/** Names that are taken, each with what it stands for. */
export interface Registry<T extends { name: string; maxBytes: number }> {
  /** Returns its undo. Throws KIND_TAKEN, and TypeError when `maxBytes` is above the limit. */
  define(value: T): () => void
  get(name: string): T | undefined
  all(): T[]
}

export function createRegistry<T extends { name: string; maxBytes: number }>(limitBytes: number): Registry<T> {
  const defined = new Map<string, T>()
  return {
    define(value) {
      const { name, maxBytes } = value
      if (!Number.isSafeInteger(maxBytes) || maxBytes < 1 || maxBytes > limitBytes)
        throw new TypeError(`${name}: maxBytes is 1 to ${limitBytes}; larger things are content links`)
      if (defined.has(name)) throw coreError('KIND_TAKEN', `${name} is defined already`)
      defined.set(name, value)
      return () => {
        if (defined.get(name) === value) defined.delete(name)
      }
    },
    get: name => defined.get(name),
    all: () => [...defined.values()]
  }
}
