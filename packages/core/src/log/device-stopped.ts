import { coreError } from '../errors.ts'
import type { BorgoError, CoreCode } from '../errors.ts'

/** What this device is told when it writes in a group in which it is stopped. */
export function deviceStopped(): BorgoError<CoreCode> {
  return coreError(
    'DEVICE_STOPPED',
    'this device wrote two histories here, as one whose data was copied does, and what it writes counts no more: restore a backup of it as a new device, or lock it out on another device of yours and link it anew'
  )
}
