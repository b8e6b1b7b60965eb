import type { Clock } from '../clock.ts'
import type { Entry, Order, Page } from './entry.ts'
import type { RecordKind } from './kind.ts'
import { compareOrder } from './entry.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import { decodeBody, kindNumber } from './body.ts'
import type { Body, Place, Sealer } from './body.ts'
import type { Examined, Verdict } from './intake.ts'
import type { Journal } from './journal.ts'
import { isOff } from './hybrid-time.ts'
import { judge } from './judge.ts'
import type { Registry } from './registry.ts'
import type { Members } from './members.ts'
import type { StoredRecord } from './table/row.ts'
import { HIDDEN, LOCKED, SHOWN } from './table/state.ts'

const DEFAULT_PAGE = 50
const LONGEST_PAGE = 1_000
/** Rows read in one go: what a reader holds in memory at most, 4 MiB of longest bodies. */
const READ_ROWS = 64

/** A registered kind, whatever its data. */
export type AnyKind = RecordKind<unknown>

interface Opened extends Body {
  bytes: number
}

/** Decrypts and checks bodies; the only place where a stored record becomes something shown. */
export interface Examiner {
  /** As far as a record can be judged on arrival: by its kind when that is defined, else when it is read. */
  examine(record: Examined): Verdict
  /** What a record says, whatever its kind; undefined when it expired, cannot be read or does not count. */
  body(row: StoredRecord): Body | undefined
  /** The entry, or undefined when it expired or this kind's rules refuse it: then nobody is shown it again. */
  read<T>(row: StoredRecord, kind: RecordKind<T>): Entry<T> | undefined
}

export function createExaminer(options: {
  sealer: Sealer
  kinds: Registry<AnyKind>
  members: Members
  hide(arrival: number): void
  /** Whether a device was stopped at this record or before: it may not be hidden yet. */
  isStopped(group: GroupId, device: PeerId, seq: number): boolean
  clock: Clock
  logger: Logger
}): Examiner {
  const { sealer, kinds, members, hide, isStopped, clock, logger } = options

  const open = (place: Place, body: Uint8Array): Opened | 'no-key' | undefined => {
    const plain = sealer.open(place, body)
    if (plain === 'no-key') return plain
    if (plain === 'broken') return undefined
    try {
      return { ...decodeBody(plain), bytes: plain.length }
    } catch {
      // A member encrypted something that is no body; the envelope was right, so that its carrier is not to blame.
      return undefined
    }
  }

  return {
    examine({ body, isReplaceable, kindNumber: said, role, ...place }) {
      const opened = body && open(place, body)
      if (opened === 'no-key') return { kind: undefined, state: LOCKED }
      if (!opened) return { kind: undefined, state: HIDDEN }
      if (said !== undefined && said !== kindNumber(opened.kind)) return { kind: opened.kind, state: HIDDEN }
      const kind = kinds.get(opened.kind)
      if (!kind) return { kind: opened.kind, state: SHOWN }
      const fit = judge(kind, { ...opened, role, isReplaceable })
      return { kind: opened.kind, state: fit ? SHOWN : HIDDEN }
    },
    body(row) {
      const { body, device, expiresAt = Infinity, group, role, seq } = row
      if (!body || expiresAt <= clock.now() || isStopped(group, device, seq)) return undefined
      if (members.countsAs(group, device, seq, role) === undefined) return undefined
      const opened = open(row, body)
      return opened === 'no-key' ? undefined : opened
    },
    read<T>(row: StoredRecord, kind: RecordKind<T>): Entry<T> | undefined {
      const { arrival, group, device, seq, id, era, ms, count, role, position, isReplaceable } = row
      const account = members.accountOf(group, device)
      if (!row.body || position === undefined || account === undefined || isStopped(group, device, seq))
        return undefined
      const isExpired = (row.expiresAt ?? Infinity) <= clock.now()
      const opened = isExpired ? undefined : open(row, row.body)
      if (opened === 'no-key') return undefined
      // What was not known to who removed the author: not hidden for ever, since that removal may be undone.
      const counted = members.countsAs(group, device, seq, role)
      if (counted === undefined) return undefined
      const fit = opened && judge(kind, { ...opened, role: counted, isReplaceable })
      if (!fit && counted !== role) return undefined
      if (!fit) {
        logger.debug('a record is hidden', { device, seq, kind: kind.name, isExpired })
        hide(arrival)
        return undefined
      }
      const order = { era, ms, count, device }
      const isTimeOff = isOff(order, clock.now())
      return { position, group, id, kind: kind.name, account, device, seq, order, isTimeOff, data: fit.data }
    }
  }
}

/** Reading what is shown: by place, by id, and as it comes. */
export interface Reader {
  page<T>(group: GroupId, kinds: readonly RecordKind<T>[], options?: { before?: Order; limit?: number }): Page<T>
  entry(id: RecordId): Entry | undefined
  follow<T>(kinds: readonly RecordKind<T>[], options: { after?: number; signal: AbortSignal }): AsyncIterable<Entry<T>>
}

export function createReader(options: { journal: Journal; examiner: Examiner; kinds: Registry<AnyKind> }): Reader {
  const { journal, examiner, kinds: defined } = options
  const { table } = journal

  /** Newest first from a place on, read in small portions. */
  function* backwards<T>(group: GroupId, kind: RecordKind<T>, before: Order | undefined): Generator<Entry<T>> {
    let place = before
    for (;;) {
      const rows = table.before(group, kind.name, place, READ_ROWS)
      for (const row of rows) {
        place = row
        const entry = examiner.read(row, kind)
        if (entry) yield entry
      }
      if (rows.length < READ_ROWS) return
    }
  }

  return {
    page(group, kinds, { before, limit = DEFAULT_PAGE } = {}) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > LONGEST_PAGE)
        throw new TypeError(`a page has 1 to ${LONGEST_PAGE} entries`)
      const sources = kinds.map(kind => backwards(group, kind, before))
      const entries = [...merged(sources, limit)].reverse()
      return { entries, before: entries.length === limit ? entries[0]?.order : undefined }
    },
    entry(id) {
      const row = table.byId(id)
      const kind = row?.kind === undefined ? undefined : defined.get(row.kind)
      return row && kind && examiner.read(row, kind)
    },
    async *follow<T>(kinds: readonly RecordKind<T>[], { after = 0, signal }: { after?: number; signal: AbortSignal }) {
      const byName = new Map(kinds.map(kind => [kind.name, kind]))
      const names = [...byName.keys()]
      let position = after
      while (!signal.aborted) {
        const last = table.lastPosition()
        const rows = table.after(position, names, READ_ROWS)
        const isAll = rows.length < READ_ROWS
        // Watched from before the first yield, so that nothing committed meanwhile is missed.
        const news = isAll ? committed(journal, signal) : undefined
        for (const row of rows) {
          position = row.position ?? position
          const kind = byName.get(row.kind)
          const entry = kind && examiner.read(row, kind)
          if (entry) yield entry
          if (signal.aborted) return
        }
        // Records of other kinds are not looked at again.
        if (isAll) position = Math.max(position, last)
        await news
      }
    }
  }
}

/** Resolves at the next commit or when `signal` aborts. */
function committed(journal: Journal, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = journal.onCommit(done)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The first `limit` of several sequences that each run from the newest to the oldest. */
function* merged<T>(sources: Generator<Entry<T>>[], limit: number): Generator<Entry<T>> {
  const heads = sources.flatMap(source => {
    const entry = source.next().value
    return entry ? [{ source, entry: entry as Entry<T> }] : []
  })
  for (let left = limit; left > 0; left--) {
    const newest = heads.reduce<(typeof heads)[number] | undefined>(
      (best, head) => (!best || compareOrder(head.entry.order, best.entry.order) > 0 ? head : best),
      undefined
    )
    if (!newest) return
    yield newest.entry
    const next = newest.source.next()
    if (next.done) heads.splice(heads.indexOf(newest), 1)
    else newest.entry = next.value
  }
}
