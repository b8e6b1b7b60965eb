import type { GroupPolicy } from './group.ts'
import type { Role } from './role.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Who a policy can let invite: this role and those above it. */
export const INVITER_ROLES = ['reader', 'writer', 'admin', 'owner'] as const satisfies Role[]
/** How old a key may become, ms. */
export const KEY_AGE_MS = { min: HOUR_MS, max: 365 * DAY_MS }
/** How many records a key may encrypt. 2³² is what random nonces of AES-GCM allow (NIST SP 800-38D, 8.3). */
export const KEY_RECORDS = { min: 100, max: 2 ** 32 }

/** What a group begins with. */
export const FIRST_POLICY: GroupPolicy = {
  history: true,
  inviters: 'admin',
  keyAgeMs: 30 * DAY_MS,
  keyRecords: 2 ** 20
}

/** The policy with these changes; throws TypeError for values out of range. */
export function changedPolicy(policy: GroupPolicy, changes: Partial<GroupPolicy>): GroupPolicy {
  const changed = { ...policy, ...changes }
  checkRange('keyAgeMs', changed.keyAgeMs, KEY_AGE_MS)
  checkRange('keyRecords', changed.keyRecords, KEY_RECORDS)
  if (!INVITER_ROLES.includes(changed.inviters)) throw new TypeError(`inviters is one of ${INVITER_ROLES.join(', ')}`)
  return changed
}

function checkRange(what: string, value: number, { min, max }: { min: number; max: number }): void {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw new TypeError(`${what} is a whole number from ${min} to ${max}`)
}
