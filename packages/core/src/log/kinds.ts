import { coreError } from '../errors.ts'
import type { Channel, RecordKind } from './kind.ts'
import type { Role } from '../groups/role.ts'
import { isAtLeast } from '../groups/role.ts'

/** What is said under a kind, checked in full; undefined when the kind's rules refuse it. */
export function judge<T>(
  kind: RecordKind<T> | Channel<T>,
  said: { role: Role | undefined; bytes: number; data: unknown; isReplaceable?: boolean }
): { data: T } | undefined {
  if (!isAtLeast(said.role, kind.role) || said.bytes > kind.maxBytes) return undefined
  // Else its author could take back what is kept for good.
  if (said.isReplaceable && !('key' in kind && kind.key)) return undefined
  try {
    return { data: kind.parse(said.data) }
  } catch {
    // Throwing is how `parse` refuses what a peer sent.
    return undefined
  }
}

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

/** Whose a kind is: kinds are named `<plugin>/…`. */
export function pluginOf(kind: string): string {
  return kind.split('/', 1)[0] ?? ''
}
