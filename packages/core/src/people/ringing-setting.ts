import { readChoice, readMap } from '../canonical.ts'
import { compareOrder } from '../log/entry.ts'
import type { Entry, Order } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { RINGERS } from './activities.ts'
import type { Ringers } from './activities.ts'
import { ownRecords } from './own-records.ts'
import type { OwnRecordsDeps } from './own-records.ts'

/** Written at home when the person says whose invitations ring. */
const ringing: RecordKind<{ from: Ringers }> = {
  name: 'core/ringing',
  role: 'writer',
  maxBytes: 64,
  parse: value => ({ from: readChoice(readMap(value, 'from').from, ...RINGERS) }),
  key: () => 'ringing'
}

/** What the person decided, last and on any device. */
export function ringingSetting(
  deps: OwnRecordsDeps,
  changed: () => void
): { get(): Ringers; set(from: Ringers): Promise<void> } {
  let setting: Ringers = 'groups'
  let setAt: Order | undefined
  const records = ownRecords(ringing, deps, ({ data, order }: Entry<{ from: Ringers }>) => {
    if (setAt && compareOrder(setAt, order) >= 0) return
    setting = data.from
    setAt = order
    changed()
  })
  return {
    get: () => setting,
    async set(from) {
      if (!RINGERS.includes(from)) throw new TypeError(`invitations ring from ${RINGERS.join(', ')}`)
      if (from !== setting) await records.append({ from })
    }
  }
}
