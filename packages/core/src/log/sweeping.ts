import type { GroupId, PeerId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import { kindNumber } from './body.ts'
import type { Sealer } from './body.ts'
import type { Chains } from './chains.ts'
import type { Commit } from './commit.ts'
import type { Examined, Verdict } from './intake.ts'
import type { Members } from './members.ts'
import { pluginOf } from './kind.ts'
import type { HasRoomOf } from './quota.ts'
import { decodeHeader } from './record.ts'
import type { LogTable } from './table.ts'
import { HIDDEN, LOCKED, WANTED } from './table/state.ts'
import type { Portions } from './tidying.ts'

/** Records that are read, or emptied, in one portion: some 10 ms. */
const ROWS = 128
/** Epochs that are looked at for records that wait for their key. */
const EPOCHS = 256
/** Bodies that were left out, and are only looked at. */
const RECONSIDERED_ROWS = 1_000

/** What is done with stored records as time goes by, keys come and room is made. Each portion is a commit. */
export interface Sweeping {
  /** Reads records anew whose epoch key has come. */
  unlock(group: GroupId): Portions
  /** Hides and empties records that expired at `before` or earlier. */
  expire(before: number): Portions
  /** Deletes bodies that were replaced at `before` or earlier. */
  compact(before: number): Portions
  /** Asks for bodies that were left out, the latest first, as far as they are in scope and there is room now. */
  reconsider(): Portions
}

export function createSweeping(options: {
  table: LogTable
  chains: Chains
  members: Pick<Members, 'epochs' | 'lastSeen'>
  commit: Commit
  hasRoomOf: HasRoomOf
  examine(record: Examined): Verdict
  kindOf: Sealer['kindOf']
  nextPosition(): number
  /** What was at these positions is there no more. */
  forget(positions: readonly number[]): void
  clock: Pick<Clock, 'now'>
}): Sweeping {
  const { chains, clock, commit, examine, forget, hasRoomOf, kindOf, members, nextPosition, table } = options

  /** Bodies that are deleted: their devices' records take less. */
  const emptied = (
    rows: readonly { group: GroupId; device: PeerId; bytes: number; position: number | undefined }[]
  ): void => {
    for (const { bytes, device, group } of rows) {
      const state = chains.of(group)
      const chain = state.chains.get(device)
      if (chain) chains.resize(state, chain, -bytes)
    }
    forget(rows.flatMap(({ position }) => position ?? []))
  }

  /** Reads locked records that arrived after one; returns where to go on. */
  const unlockSome = (group: GroupId, epoch: number, after: number): number | undefined => {
    const rows = table.locked(chains.of(group).no, epoch, after, ROWS)
    if (rows.length === 0) return undefined
    commit(done => {
      const state = chains.of(group)
      for (const row of rows) {
        const { sealedKind } = decodeHeader(row.headerBytes)
        const number = sealedKind && kindOf(row, sealedKind)
        const verdict = examine({ ...row, kindNumber: number })
        if (verdict.state === LOCKED) continue
        const isStopped = row.seq >= (state.chains.get(row.device)?.forkedAt ?? Infinity)
        const position = verdict.kind === undefined ? undefined : nextPosition()
        const { kind, state: readable } = verdict
        table.unlock(row.arrival, { kind, kindNumber: number, state: isStopped ? HIDDEN : readable, position })
        done.push(row)
      }
    })
    return rows.at(-1)?.arrival
  }

  /** Looks at left out bodies that arrived before one; returns where to go on. */
  const reconsiderSome = (group: GroupId, before: number | undefined): number | undefined =>
    commit(done => {
      const { no, scope, usage } = chains.of(group)
      const since = scope.maxAgeMs === undefined ? 0 : clock.now() - scope.maxAgeMs
      const rows = table.left(no, { since, before, kinds: scope.kinds?.map(kindNumber) }, RECONSIDERED_ROWS)
      let promised = 0
      const promisedTo = new Map<string, number>()
      for (const { arrival, bodyBytes, device, kind, seq } of rows) {
        // What does not count nobody need have kept.
        if (seq > members.lastSeen(group, device) || !usage.hasRoom(device, promised + bodyBytes)) continue
        if (kind !== undefined) {
          const plugin = pluginOf(kind)
          const more = (promisedTo.get(plugin) ?? 0) + bodyBytes
          if (!hasRoomOf(kind, more)) continue
          promisedTo.set(plugin, more)
        }
        promised += bodyBytes
        table.setState(arrival, WANTED)
        done.push({ group, device, seq })
      }
      return rows.length === RECONSIDERED_ROWS ? rows.at(-1)?.arrival : undefined
    })

  return {
    *unlock(group) {
      let looked = 0
      for (const epoch of members.epochs(group)) {
        if (++looked % EPOCHS === 0) yield
        for (let after = unlockSome(group, epoch, 0); after !== undefined; after = unlockSome(group, epoch, after))
          yield
      }
    },
    *expire(before) {
      for (let more = true; more;) {
        const rows = table.expired(before, ROWS)
        more = rows.length === ROWS
        if (rows.length === 0) return
        commit(() => {
          for (const { arrival } of rows) table.expire(arrival)
          emptied(rows)
        })
        yield
      }
    },
    *compact(before) {
      for (let after: { at: number; arrival: number } | undefined = { at: 0, arrival: 0 }; after;) {
        const rows = table.outdated(before, after, ROWS)
        after = rows.length === ROWS ? rows.at(-1) : undefined
        // What takes its place is not here whole.
        const unneeded = rows.filter(({ isNeeded }) => !isNeeded)
        if (rows.length === 0) return
        commit(() => {
          for (const { arrival } of unneeded) table.empty(arrival)
          emptied(unneeded)
        })
        yield
      }
    },
    *reconsider() {
      for (const { id: group } of table.groups()) {
        let before: number | undefined
        do {
          before = reconsiderSome(group, before)
          yield
        } while (before !== undefined)
      }
    }
  }
}
