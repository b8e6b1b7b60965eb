import { isAtLeast } from '../groups/role.ts'
import type { Role } from '../groups/role.ts'
import type { Channel, RecordKind } from './kind.ts'

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
