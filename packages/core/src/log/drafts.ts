import { BorgoError, coreError, hasCode } from '../errors.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Role } from '../groups/role.ts'
import { kindNumber } from './body.ts'
import type { Sealer } from './body.ts'
import type { Chains } from './chains.ts'
import { compareTime, latest, timeAfter } from './hybrid-time.ts'
import type { Commit, Committed } from './commit.ts'
import { deviceStopped } from './device-stopped.ts'
import type { Store } from './intake.ts'
import type { Keyed, Replacing } from './replacing.ts'
import { pluginOf } from './kind.ts'
import { diskBytes } from './quota.ts'
import type { HasRoomOf } from './quota.ts'
import { MAX_HEADS, MAX_MS, decodeHeader, signRecord } from './record.ts'
import type { SignedRecord } from './record.ts'
import { SHOWN } from './table/state.ts'

/** A record that this device is about to write. */
export interface Draft {
  group: GroupId
  kind: string
  /** The role it is written in, and the membership operations that say so. */
  role: Role
  operations: readonly Uint8Array[]
  epoch: number
  lifetimeMs: number | undefined
  /** What of it a later one may take the place of; undefined for kinds without keys. */
  keyed?: Pick<Keyed, 'key' | 'adds'> | undefined
  /** Encrypted for the group, this device and the epoch. */
  body: Uint8Array
}

export interface Written {
  record: SignedRecord
  position: number
}

/** What this device writes: drafts become records, those of one tick in one commit. */
export interface Drafts {
  /** Resolves when committed. Throws DISK_FULL, QUOTA_EXCEEDED, DEVICE_STOPPED, STOPPED. */
  append(draft: Draft): Promise<Written>
  /** Commits what is pending; later appends throw STOPPED. */
  close(): void
}

export function createDrafts(options: {
  device: PeerId
  key: SigningKey
  chains: Chains
  replacing: Pick<Replacing, 'of' | 'written'>
  commit: Commit
  hasRoomOf: HasRoomOf
  sealKind: Sealer['sealKind']
  store: Store
  nextPosition(): number
  clock: Pick<Clock, 'now'>
}): Drafts {
  const { chains, clock, commit, device: self, hasRoomOf, key, nextPosition, replacing, sealKind, store } = options
  let pending: { draft: Draft; resolve(written: Written): void; reject(error: unknown): void }[] = []
  let cancelFlush: (() => void) | undefined
  let closed = false

  const write = (draft: Draft, done: Committed[]): Written => {
    const state = chains.of(draft.group)
    const own = state.chains.get(self)
    if (own?.forkedAt !== undefined) throw deviceStopped()
    const others = [...state.heads.values()].filter(({ id }) => id !== own?.tip)
    const heads = others.sort((a, b) => compareTime(b, a)).slice(0, MAX_HEADS)
    const time = timeAfter(latest(own ? [own, ...heads] : heads), clock.now())
    const seq = (own?.seq ?? 0) + 1
    const keyed = draft.keyed && { ...draft.keyed, kind: draft.kind }
    const header = {
      group: draft.group,
      device: self,
      seq,
      prev: own?.tip,
      heads: heads.map(({ id }) => id),
      operations: [...draft.operations],
      ...time,
      epoch: draft.epoch,
      // A clock may be wrong by as much as there is.
      expiresAt: draft.lifetimeMs === undefined ? undefined : Math.min(MAX_MS, time.ms + draft.lifetimeMs),
      sealedKind: sealKind({ group: draft.group, device: self, epoch: draft.epoch, seq }, draft.kind),
      replaces: keyed && replacing.of(own, keyed)
    }
    const record = signRecord(key, header, draft.body)
    // What others refuse would end this device's history: it is not even written.
    decodeHeader(record.headerBytes)
    if (state.usage.roomFor(self, record) !== 'whole')
      throw coreError(
        'QUOTA_EXCEEDED',
        'your records, or all of this group or node, take as much disk as they may: raise the budget for storage'
      )
    if (!hasRoomOf(draft.kind, diskBytes(record)))
      throw coreError(
        'QUOTA_EXCEEDED',
        `what ${pluginOf(draft.kind)} keeps takes as much disk as it may: raise the budget for its storage`
      )
    const position = nextPosition()
    const chain = store(state, record, {
      role: draft.role,
      kind: draft.kind,
      kindNumber: kindNumber(draft.kind),
      state: SHOWN,
      position
    })
    if (keyed) replacing.written(chain, keyed, record.header)
    done.push({ group: draft.group, device: self, seq })
    return { record, position }
  }

  /** Writes one of several: what it is refused for has changed nothing yet. */
  const tryWrite = (draft: Draft, done: Committed[]): Written | BorgoError => {
    try {
      return write(draft, done)
    } catch (error) {
      if (hasCode(error, 'QUOTA_EXCEEDED', 'DEVICE_STOPPED')) return error
      throw error
    }
  }

  const flush = (): void => {
    cancelFlush = undefined
    const batch = pending
    pending = []
    try {
      const outcomes = commit(done => batch.map(one => ({ ...one, outcome: tryWrite(one.draft, done) })))
      for (const { outcome, reject, resolve } of outcomes)
        if (outcome instanceof BorgoError) reject(outcome)
        else resolve(outcome)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return {
    append(draft) {
      if (closed) return Promise.reject(coreError('STOPPED', 'the node is stopped'))
      return new Promise((resolve, reject) => {
        pending.push({ draft, resolve, reject })
        if (cancelFlush) return
        const immediate = setImmediate(flush)
        cancelFlush = () => clearImmediate(immediate)
      })
    },
    close() {
      closed = true
      if (!cancelFlush) return
      cancelFlush()
      flush()
    }
  }
}
