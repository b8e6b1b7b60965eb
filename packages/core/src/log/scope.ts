import { MAX_KIND_CHARACTERS, kindNumber } from './body.ts'
import { EARLIEST_MS } from './hybrid-time.ts'

/** Which contents of a group a device fetches by itself. Headers come in any case, so that the rest can be had later. */
export interface SyncScope {
  /** Nothing that is older, ms. @default any age */
  maxAgeMs: number | undefined
  /** Nothing but these, by name. @default all */
  kinds: readonly string[] | undefined
}

export const WHOLE: SyncScope = { maxAgeMs: undefined, kinds: undefined }
export const MAX_SCOPE_KINDS = 64

/** Throws TypeError for values out of range. */
export function checkScope({ kinds, maxAgeMs }: SyncScope): SyncScope {
  if (maxAgeMs !== undefined && !(Number.isSafeInteger(maxAgeMs) && maxAgeMs >= 0))
    throw new TypeError('maxAgeMs is a whole number, 0 or more')
  if (kinds && (kinds.length > MAX_SCOPE_KINDS || kinds.some(({ length }) => length > MAX_KIND_CHARACTERS)))
    throw new TypeError(`kinds are at most ${MAX_SCOPE_KINDS} names`)
  return { maxAgeMs, kinds }
}

/**
 * `kind`: its number, undefined where it is not known: whether that is wanted is found out by having it. So is how old
 * something is whose author's clock was never set.
 */
export function isInScope(
  scope: SyncScope,
  { kind, ms }: { kind: number | undefined; ms: number },
  now: number
): boolean {
  const { kinds, maxAgeMs } = scope
  if (maxAgeMs !== undefined && ms < now - maxAgeMs && ms >= EARLIEST_MS) return false
  return kinds === undefined || kind === undefined || numbersOf(kinds).has(kind)
}

const numbers = new WeakMap<readonly string[], ReadonlySet<number>>()

function numbersOf(kinds: readonly string[]): ReadonlySet<number> {
  const known = numbers.get(kinds) ?? new Set(kinds.map(kindNumber))
  numbers.set(kinds, known)
  return known
}
