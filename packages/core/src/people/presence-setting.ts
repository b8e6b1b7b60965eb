import { readChoice, readMap } from '../canonical.ts'
import { compareOrder } from '../log/entry.ts'
import type { Entry, Order } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { ownRecords } from './own-records.ts'
import type { OwnRecordsDeps } from './own-records.ts'
import { AUDIENCES, FIRST_PRESENCE, PRESENCE_TEXT, readClaim } from './presence.ts'
import type { PresenceSetting } from './presence.ts'

/** Written at home when the person says how they are, or who may know. */
const presence: RecordKind<PresenceSetting> = {
  name: 'core/presence',
  role: 'writer',
  maxBytes: 2_048,
  parse(value) {
    const { audience, state, text } = readMap(value, 'state', 'text', 'audience')
    return { ...readClaim(state, text), audience: readChoice(audience, ...AUDIENCES) }
  },
  key: () => 'presence'
}

/** What the person decided, last and on any device. `changed` runs for whatever is new. */
export function presenceSetting(
  deps: OwnRecordsDeps,
  changed: () => void
): { get(): PresenceSetting; set(changes: Partial<PresenceSetting>): Promise<void> } {
  let setting = FIRST_PRESENCE
  let setAt: Order | undefined
  const records = ownRecords(presence, deps, ({ data, order }: Entry<PresenceSetting>) => {
    if (setAt && compareOrder(setAt, order) >= 0) return
    setting = data
    setAt = order
    changed()
  })
  return {
    get: () => setting,
    async set(changes) {
      const next = { ...setting, ...changes }
      try {
        presence.parse(next)
      } catch (cause) {
        throw new TypeError(`a presence is one of eight states, a text of at most ${PRESENCE_TEXT}, and an audience`, {
          cause
        })
      }
      const { audience, state, text } = setting
      if (next.state !== state || next.text !== text || next.audience !== audience) await records.append(next)
    }
  }
}
