import { coreError } from '../errors.ts'
import type { RecordId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Role } from '../groups/role.ts'
import { isAtLeast } from '../groups/role.ts'
import type { Place, Sealer } from './body.ts'
import type { Chains, GroupChains } from './chains.ts'
import type { Forks } from './forks.ts'
import { canFollow, latest } from './hybrid-time.ts'
import type { HybridTime } from './hybrid-time.ts'
import type { Members } from './members.ts'
import { diskBytes } from './quota.ts'
import type { HasRoomOf, Room } from './quota.ts'
import { isAuthentic } from './record.ts'
import type { SignedRecord } from './record.ts'
import type { Replacing } from './replacing.ts'
import { isInScope } from './scope.ts'
import type { LogTable } from './table.ts'
import type { ChainRow } from './table/chain-table.ts'
import { HIDDEN, LEFT, REPLACED, WANTED } from './table/state.ts'
import type { State } from './table/state.ts'

/** What can be said of a record's body when it arrives. */
export interface Verdict {
  /** Undefined while it cannot be read. */
  kind: string | undefined
  state: State
}

/** What it takes to read a record's body and judge it. */
export interface Examined extends Place {
  body: Uint8Array | undefined
  /** Its author's when it was written. */
  role: Role
  /** A later one may take its place. */
  isReplaceable: boolean
  /** The number of the kind that its header says; undefined where that is not known. */
  kindNumber: number | undefined
}

/** Puts a record behind its chain, with what was decided of it; returns the chain. */
export type Store = (
  state: GroupChains,
  record: SignedRecord,
  at: Verdict & { role: Role; kindNumber: number | undefined; position: number | undefined }
) => ChainRow

/** What members send: whether it is stored, and as what. Both run within a commit. */
export interface Intake {
  /**
   * Checks a record and stores it, unless what it follows is not here (the first of that) or its person's quota is used
   * up. Throws BAD_RECORD, and PAST_MISSING when membership operations that it names are not here. `isProved`: its signature was
   * checked already.
   */
  accept(state: GroupChains, record: SignedRecord, isProved: boolean): 'stored' | 'known' | 'full' | { past: RecordId }
  /** Stores the body of a record that is damaged or came without. False where that is not needed. Throws BAD_RECORD. */
  complete(state: GroupChains, record: SignedRecord): boolean
}

export function createIntake(options: {
  table: LogTable
  chains: Chains
  members: Pick<Members, 'roleAt' | 'holds'>
  forks: Pick<Forks, 'keep' | 'mark'>
  replacing: Pick<Replacing, 'lastCounted'>
  hasRoomOf: HasRoomOf
  examine(record: Examined): Verdict
  kindOf: Sealer['kindOf']
  store: Store
  nextPosition(): number
  clock: Pick<Clock, 'now'>
}): Intake {
  const { chains, clock, examine, forks, hasRoomOf, kindOf, members, nextPosition, replacing, store, table } = options

  /** How a record is stored that comes with its body or without, where there is so much room. */
  const judge = (
    record: SignedRecord,
    role: Role,
    room: Room,
    wants: (kind: number | undefined) => boolean
  ): { verdict: Verdict & { kindNumber: number | undefined }; kept: SignedRecord } => {
    const { body, header } = record
    const { device, epoch, group, replaces, sealedKind, seq } = header
    const kindNumber = sealedKind && kindOf({ group, device, epoch, seq }, sealedKind)
    const without = (state: State, kind?: string) => ({
      kept: { ...record, body: undefined },
      verdict: { kind, kindNumber, state }
    })
    if (!body && (header.expiresAt ?? Infinity) <= clock.now()) return without(HIDDEN)
    if (room !== 'whole' || !wants(kindNumber)) return without(LEFT)
    // Nobody's word counts for it that something is not wanted, but that it was replaced a later header may say.
    if (!body) return without(record.isLeftOut && replaces ? LEFT : WANTED)
    const isReplaceable = replaces !== undefined
    const verdict = examine({ group, device, epoch, body, role, isReplaceable, kindNumber })
    if (verdict.kind !== undefined && !hasRoomOf(verdict.kind, diskBytes(record))) return without(LEFT, verdict.kind)
    return { kept: record, verdict: { ...verdict, kindNumber } }
  }

  return {
    accept(state, record, isProved) {
      const { id, header } = record
      const { group, device, seq, prev, heads, operations } = header
      const chain = state.chains.get(device)
      const isNext = chain?.forkedAt === undefined && seq === (chain?.seq ?? 0) + 1
      if (!isNext && table.timeOf(state.no, id)) return 'known'
      if (!isProved && !isAuthentic(record)) throw coreError('BAD_RECORD', 'its signature or its body is wrong')
      if (chain && seq >= (chain.forkedAt ?? Infinity)) return forks.keep(state, chain, record) ? 'stored' : 'known'

      const role = members.roleAt(group, device, operations)
      if (!role && !members.holds(group, operations))
        throw coreError('PAST_MISSING', 'it names operations that are not here')
      if (!role || !isAtLeast(role, 'reader')) throw coreError('BAD_RECORD', 'its author may not write')
      if (prev !== undefined && seq > (chain?.seq ?? 0) + 1) return { past: prev }
      if (chain && (seq <= chain.seq || prev !== chain.tip)) {
        forks.keep(state, chain, record)
        forks.mark(state, chain, seq)
        return 'stored'
      }
      const seen: HybridTime[] = chain && chain.seq > 0 ? [chain] : []
      for (const head of heads) {
        const time = state.heads.get(head) ?? table.timeOf(state.no, head)
        if (!time) return { past: head }
        seen.push(time)
      }
      if (!canFollow(header, latest(seen)))
        throw coreError('BAD_RECORD', 'its time does not follow from what it follows')
      const room = state.usage.roomFor(device, record)
      if (room === 'nothing') return 'full'
      const wants = (kind: number | undefined): boolean => isInScope(state.scope, { kind, ms: header.ms }, clock.now())
      const { kept, verdict } = judge(record, role, room, wants)
      // What is left out gets its place when it comes, so that also who passed by then is shown it.
      const isReadable = verdict.kind !== undefined && verdict.state !== LEFT
      store(state, kept, { ...verdict, role, position: isReadable ? nextPosition() : undefined })
      return 'stored'
    },
    complete(state, record) {
      const place = table.placeOfLacking(state.no, record.id)
      if (!place) return false
      if (!isAuthentic(record)) throw coreError('BAD_RECORD', 'its signature or its body is wrong')
      const { device, group, operations, seq } = record.header
      const role = members.roleAt(group, device, operations)
      const chain = state.chains.get(device)
      const isReplaced = chain && place.replacedBy > 0 && place.replacedBy <= replacing.lastCounted(group, chain)
      const isExpired = (record.header.expiresAt ?? Infinity) <= clock.now()
      // Only one that nobody needs may come without its body.
      if (!role || !chain || (!record.body && !isExpired && !isReplaced)) return false
      const more = diskBytes(record) - place.bytes
      const room = more <= 0 || state.usage.hasRoom(device, more) ? 'whole' : 'header'
      const { kept, verdict } = judge(record, role, room, () => true)
      const { kind, kindNumber } = verdict
      const position = place.position ?? (kind === undefined ? undefined : nextPosition())
      const isStopped = seq >= (chain.forkedAt ?? Infinity)
      const shown = isReplaced ? REPLACED : verdict.state
      table.complete(place.arrival, { role, kind, kindNumber, state: isStopped ? HIDDEN : shown, position }, kept)
      chains.resize(state, chain, diskBytes(kept) - place.bytes)
      return true
    }
  }
}
