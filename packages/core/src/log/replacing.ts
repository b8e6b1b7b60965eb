import type { GroupId, PeerId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Chains, GroupChains } from './chains.ts'
import type { Examined, Verdict } from './intake.ts'
import type { Members } from './members.ts'
import { MAX_DISTANCE, MAX_REPLACED } from './record.ts'
import type { Header } from './record.ts'
import type { LogTable } from './table.ts'
import type { ChainRow } from './table/chain-table.ts'
import { HIDDEN, WANTED } from './table/state.ts'

/** Records that are brought back, or emptied, in one go. */
const ROWS = 256
/** Bodies that one tidying deletes at most, so that others have their turn. */
const MOST_EMPTIED = 20_000

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
  /** Earlier seqs that this device's next record takes the place of. */
  of(state: GroupChains, keyed: Keyed, seq: number): number[]
  /** Up to which seq records of a chain count. */
  lastCounted(group: GroupId, chain: ChainRow): number
  /** This device's record was written. */
  written(state: GroupChains, keyed: Keyed, header: Header): void
  /** A record came: what it names is hidden, unless the record itself does not count. */
  take(state: GroupChains, chain: ChainRow, header: Header): void
  /** Of a chain nothing counts any more after `last`: brings back what that took the place of. */
  undo(state: GroupChains, chain: ChainRow, last: number): Revived[]
  /** Membership changed: brings back and hides what counts now and what does not. Returns what was brought back. */
  settle(group: GroupId): Revived[]
  /** Empties what was replaced at `before` or earlier. Positions of these. */
  empty(before: number): number[]
}

/** A record that is shown, or wanted, again, and where it was before. */
export interface Revived {
  device: PeerId
  seq: number
  position: number | undefined
}

export function createReplacing(options: {
  table: LogTable
  chains: Chains
  members: Pick<Members, 'lastSeen'>
  examine(record: Examined): Verdict
  nextPosition(): number
  clock: Pick<Clock, 'now'>
}): Replacing {
  const { chains, clock, examine, members, nextPosition, table } = options

  const lastCounted = (group: GroupId, { device, forkedAt = Infinity }: ChainRow): number =>
    Math.min(members.lastSeen(group, device), forkedAt - 1)

  const replacing: Replacing = {
    of({ no }, { adds, key, kind }, seq) {
      if (adds) return []
      return table
        .live(no, kind, key, MAX_REPLACED)
        .filter(earlier => seq - earlier <= MAX_DISTANCE)
        .reverse()
    },
    lastCounted,
    written({ no }, { key, kind }, { replaces = [], seq }) {
      for (const earlier of replaces) table.removeLive(no, kind, key, earlier)
      table.addLive(no, kind, key, seq)
    },
    take(_state, chain, { group, replaces = [], seq }) {
      if (replaces.length === 0) return
      const counts = seq <= lastCounted(group, chain)
      for (const earlier of replaces) table.replace(chain.no, earlier, { by: seq, counts, now: clock.now() })
    },
    undo({ no }, chain, last) {
      const revived: Revived[] = []
      for (let more = true; more;) {
        const rows = table.replacedAfter(no, chain.no, last, ROWS)
        more = rows.length === ROWS
        for (const row of rows) {
          revived.push({ device: row.device, seq: row.seq, position: row.position })
          const isExpired = (row.expiresAt ?? Infinity) <= clock.now()
          const absent: Verdict = { kind: undefined, state: isExpired ? HIDDEN : WANTED }
          const verdict = row.body ? examine({ ...row, body: row.body }) : absent
          // At a new position, so that also who passed by while it was hidden gets it.
          table.revive(row.arrival, { ...verdict, position: verdict.kind === undefined ? undefined : nextPosition() })
        }
      }
      return revived
    },
    settle(group) {
      const state = chains.of(group)
      const revived: Revived[] = []
      for (const chain of state.chains.values()) {
        const last = lastCounted(group, chain)
        if (last !== Infinity) revived.push(...replacing.undo(state, chain, last))
      }
      for (const { arrival, device, replacedBy } of table.revived(state.no)) {
        const chain = state.chains.get(device)
        if (chain && replacedBy <= lastCounted(group, chain)) table.replaceAgain(arrival, clock.now())
      }
      return revived
    },
    empty(before) {
      const positions: number[] = []
      let after: { at: number; arrival: number } | undefined = { at: 0, arrival: 0 }
      for (let count = 0; after && count < MOST_EMPTIED; count += ROWS) {
        const rows = table.outdated(before, after, ROWS)
        for (const { arrival, bytes, device, group, isNeeded, position } of rows) {
          // What takes its place is not here whole.
          if (isNeeded) continue
          table.empty(arrival)
          const state = chains.of(group)
          const chain = state.chains.get(device)
          if (chain) chains.resize(state, chain, -bytes)
          if (position !== undefined) positions.push(position)
        }
        const last = rows.at(-1)
        after = rows.length === ROWS && last ? { at: last.at, arrival: last.arrival } : undefined
      }
      return positions
    }
  }
  return replacing
}
