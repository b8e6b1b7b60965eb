import type { GroupId, PeerId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Chains, GroupChains } from './chains.ts'
import type { Commit, Committed } from './commit.ts'
import type { Examined, Verdict } from './intake.ts'
import type { Replacing } from './replacing.ts'
import type { LogTable } from './table.ts'
import type { ChainRow } from './table/chain-table.ts'
import { HIDDEN, LEFT, LOCKED, SHOWN, WANTED } from './table/state.ts'
import type { State } from './table/state.ts'
import type { Portions } from './tidying.ts'

/** Records that are looked at in one portion: some 10 ms. */
const ROWS = 128

/** How far a chain is: which of the steps, and after which record. */
interface Place {
  /** Up to which seq records count; another one begins anew. */
  last: number
  step: number
  after: { by: number; seq: number }
}
type Seen = Place['after']

/**
 * Brings a group's records into the state that follows from what counts now: after a removal, a device that was stopped,
 * or a removal that was undone. Chains whose limit is the same as the last time are not looked at. Each portion is a
 * commit; a chain says on disk that it is not done, and begins anew after a restart.
 */
export function createSettling(options: {
  table: LogTable
  chains: Chains
  replacing: Pick<Replacing, 'lastCounted'>
  commit: Commit
  examine(record: Examined): Verdict
  nextPosition(): number
  /** What was at these positions is there no more. */
  forget(positions: readonly number[]): void
  clock: Pick<Clock, 'now'>
}): (group: GroupId) => Portions {
  const { chains, clock, commit, examine, forget, nextPosition, replacing, table } = options

  interface Portion {
    state: GroupChains
    chain: ChainRow
    last: number
    done: Committed[]
    left: number[]
  }
  /** What a stopped device wrote from there on is hidden. */
  const hide = ({ chain, left }: Portion, { seq }: Seen, limit: number): Seen[] => {
    if (chain.forkedAt === undefined) return []
    const rows = table.rowsFrom(chain.no, Math.max(chain.forkedAt, seq + 1), limit)
    for (const { arrival, position, state } of rows) {
      if (state === HIDDEN) continue
      table.hide(arrival)
      if (position !== undefined) left.push(position)
    }
    return rows.map(row => ({ by: 0, seq: row.seq }))
  }
  /** What the place was taken of by records that do not count is back, at a new position, so that also who passed by gets it. */
  const revive = ({ chain, done, last, left, state }: Portion, after: Seen, limit: number): Seen[] => {
    const { no } = state
    const from = after.by > last ? after : { by: last, seq: Number.MAX_SAFE_INTEGER }
    const rows = last === Infinity ? [] : table.replacedAfter(no, chain.no, from, limit)
    for (const row of rows) {
      if (row.seq > last) continue
      const isExpired = (row.expiresAt ?? Infinity) <= clock.now()
      const absent: Verdict = { kind: undefined, state: isExpired ? HIDDEN : WANTED }
      const verdict = row.body ? examine({ ...row, body: row.body }) : absent
      table.revive(row.arrival, { ...verdict, position: verdict.kind === undefined ? undefined : nextPosition() })
      done.push(row)
      if (row.position !== undefined) left.push(row.position)
    }
    return rows.map(({ replacedBy, seq }) => ({ by: replacedBy, seq }))
  }
  /** What is replaced after all is hidden again. */
  const replaceAgain =
    (before: State) =>
    ({ chain, last, state }: Portion, after: Seen, limit: number): Seen[] => {
      const rows = table.revived({ group: state.no, chain: chain.no, state: before }, after, last, limit)
      for (const { arrival } of rows) table.replaceAgain(arrival, clock.now())
      return rows.map(({ replacedBy, seq }) => ({ by: replacedBy, seq }))
    }
  const steps = [hide, revive, ...([SHOWN, LOCKED, WANTED, LEFT] as const).map(replaceAgain)]

  /** Returns where to go on; undefined at the end. */
  const portion = (group: GroupId, device: PeerId, before: Place | undefined, done: Committed[]): Place | undefined => {
    const state = chains.of(group)
    const chain = state.chains.get(device)
    if (!chain) return undefined
    const last = replacing.lastCounted(group, chain)
    const start = { by: 0, seq: 0 }
    let { after, step } = before?.last === last ? before : { after: start, step: 0 }
    const left: number[] = []
    for (let limit = ROWS; ;) {
      const work = steps[step]
      if (!work) break
      const rows = work({ state, chain, last, done, left }, after, limit)
      after = rows.at(-1) ?? after
      limit -= rows.length
      if (limit === 0) break
      step++
      after = start
    }
    forget(left)
    const isDone = step === steps.length
    chains.settled(chain, isDone ? last : undefined)
    return isDone ? undefined : { last, step, after }
  }

  return function* settle(group) {
    for (const device of [...chains.of(group).chains.keys()]) {
      const chain = chains.of(group).chains.get(device)
      if (!chain || chain.settledTo === replacing.lastCounted(group, chain)) continue
      let place: Place | undefined
      do {
        const before = place
        place = commit(done => portion(group, device, before, done))
        yield
      } while (place)
    }
  }
}
