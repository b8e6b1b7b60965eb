import { signRecord } from '../log/record.ts'
import type { Header, SignedRecord } from '../log/record.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { memoryIdentity } from './identity.ts'

export type Changes = Partial<Omit<Header, 'bodyHash' | 'bodyBytes'>>

/** Somebody who signs records by hand, right or wrong. */
export interface Hand {
  readonly device: PeerId
  /** The next record of this device, as an honest one would make it but for `changes`. */
  write(seen?: readonly SignedRecord[], changes?: Changes): SignedRecord
  /** Forgets its newest record: what it writes next has the same seq. */
  forget(): SignedRecord | undefined
}

/** `startMs`: when its first record is written. */
export function hand(seed: string, { group, startMs }: { group: GroupId; startMs: number }): Hand {
  const { device, deviceKey } = memoryIdentity(seed)
  const made: SignedRecord[] = []
  return {
    device,
    write(seen = [], changes = {}) {
      const prev = made.at(-1)
      const { era, ms } = prev?.header ?? { era: 0, ms: startMs - 1 }
      const time = { era, ms: ms + 1, count: 0 }
      for (const { header } of seen) if (header.ms >= time.ms) Object.assign(time, { ms: header.ms + 1 })
      const header = {
        group,
        device,
        seq: made.length + 1,
        prev: prev?.id,
        heads: seen.map(({ id }) => id),
        operations: [],
        ...time,
        epoch: 0,
        expiresAt: undefined,
        ...changes
      }
      const record = signRecord(deviceKey, header, Buffer.from(`${seed} ${made.length} ${JSON.stringify(changes)}`))
      made.push(record)
      return record
    },
    forget: () => made.pop()
  }
}
