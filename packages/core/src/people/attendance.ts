import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import type { Database } from '../store/store.ts'

/** Devices of this person that somebody was at, as far as this one knows. */
export const ATTENDANCE_SCHEMA = `
  CREATE TABLE attended_device (device TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`

/** How long a report that somebody is at this device holds, ms: what reports may be gone the next moment. */
export const REPORT_HOLDS_MS = 10 * 60_000

/** Whether somebody is at this device, and at which ones somebody ever was. */
export interface Attendance {
  /** Whether somebody was ever reported to be at this device: a program, or a machine in a cellar, has nobody. */
  readonly isAttended: boolean
  /** Whether nobody is at this device. Of one that nobody ever was at, whether this person is to be found at others. */
  isIdle(): boolean
  /** Throws DISK_FULL. */
  report(isIdle: boolean): void
  /** Somebody was at that device of this person. Kept over restarts. Throws DISK_FULL. */
  note(device: PeerId): void
  stop(): void
}

export function attendance(deps: {
  device: PeerId
  /** Whether a device is one of this person's, still. */
  isOwn(device: PeerId): boolean
  /** Whether an attended device of this person's that is connected says that they are online. */
  isOnlineElsewhere(isAttended: (device: PeerId) => boolean): boolean
  database: Database
  clock: Clock
  /** `isIdle` or `isAttended` may be another than before. */
  changed(): void
}): Attendance {
  const { changed, clock, database, device: own, isOwn, isOnlineElsewhere } = deps
  const { prepare } = database
  const rows = prepare('SELECT device FROM attended_device').all()
  const attended = new Set(rows.map(({ device }) => String(device) as PeerId))
  // Until the next report nobody is here.
  let isIdle = true
  let endLease = (): void => undefined

  const note = (device: PeerId): void => {
    if (attended.has(device)) return
    prepare('INSERT INTO attended_device VALUES (?)').run(device)
    attended.add(device)
    changed()
  }
  const become = (next: boolean): void => {
    const isNews = next !== isIdle
    isIdle = next
    if (!attended.has(own)) note(own)
    else if (isNews) changed()
  }

  return {
    get isAttended() {
      return attended.has(own)
    },
    isIdle() {
      if (attended.has(own)) return isIdle
      // A device without anybody passes on what the others say, and has no word of its own beside them.
      if (![...attended].some(isOwn)) return false
      return !isOnlineElsewhere(device => attended.has(device))
    },
    report(next) {
      endLease()
      endLease = next ? () => undefined : clock.after(REPORT_HOLDS_MS, () => become(true))
      become(next)
    },
    note,
    stop: () => endLease()
  }
}
