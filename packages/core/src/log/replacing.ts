import type { GroupId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Members } from './members.ts'
import { MAX_DISTANCE, MAX_REPLACED } from './record.ts'
import type { Header } from './record.ts'
import type { LogTable } from './table.ts'
import type { ChainRow } from './table/chain-table.ts'

/** What a record of a kind with keys is written as. */
export interface Keyed {
  kind: string
  key: string
  /** It stands beside the earlier ones of its key instead of taking their place. */
  adds: boolean
}

/**
 * Records that later ones of the same chain take the place of, as their signed headers say: so everybody can tell, also
 * who cannot read them, and nobody can name others' records. They are hidden at once, and their bodies go later.
 */
export interface Replacing {
  /** Earlier seqs that this device's next record takes the place of; `chain` is undefined before its first. */
  of(chain: ChainRow | undefined, keyed: Keyed): number[]
  /** Up to which seq records of a chain count. */
  lastCounted(group: GroupId, chain: ChainRow): number
  /** This device's record was written. */
  written(chain: ChainRow, keyed: Keyed, header: Header): void
  /** A record came: what it names is hidden, unless the record itself does not count. */
  take(chain: ChainRow, header: Header): void
}

export function createReplacing(options: {
  table: LogTable
  members: Pick<Members, 'lastSeen'>
  clock: Pick<Clock, 'now'>
}): Replacing {
  const { clock, members, table } = options

  const lastCounted = (group: GroupId, { device, forkedAt = Infinity }: ChainRow): number =>
    Math.min(members.lastSeen(group, device), forkedAt - 1)

  return {
    of(chain, { adds, key, kind }) {
      if (adds || !chain) return []
      return table
        .live(chain.no, kind, key, MAX_REPLACED)
        .filter(earlier => chain.seq + 1 - earlier <= MAX_DISTANCE)
        .reverse()
    },
    lastCounted,
    written({ no }, { key, kind }, { replaces = [], seq }) {
      for (const earlier of replaces) table.removeLive(no, kind, key, earlier)
      table.addLive(no, kind, key, seq)
    },
    take(chain, { group, replaces = [], seq }) {
      if (replaces.length === 0) return
      const counts = seq <= lastCounted(group, chain)
      for (const earlier of replaces) table.replace(chain.no, earlier, { by: seq, counts, now: clock.now() })
    }
  }
}
