import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Logger } from '../logger.ts'
import { compareTime } from './hybrid-time.ts'
import type { Journal } from './journal.ts'
import { decodeRecord, isAuthentic } from './record.ts'
import type { CheckedRow } from './table/reading-table.ts'

/** Records between two of which everything else has its turn: some 5 ms. */
const CHECKED_ROWS = 32

/** How far a check of all stored records is. */
export interface StorageCheck {
  state: 'never' | 'running' | 'done' | 'failed'
  /** ms since 1970 */
  startedAt: number | undefined
  finishedAt: number | undefined
  total: number
  checked: number
  /** Records that were found damaged, in this check or before, and have not come again from a member yet. */
  damaged: number
  /** Why it failed, and what helps. */
  error: string | undefined
}

/** Verifies hashes and signatures of what is on disk. */
export interface Checker {
  /** Begins, unless one runs already. */
  start(): StorageCheck
  last(): StorageCheck
  /** Resolves when nothing is read any more. */
  stop(): Promise<void>
}

/** What is damaged is shown and sent to nobody; sessions ask members for it. */
export function createChecker(options: { journal: Journal; clock: Clock; logger: Logger }): Checker {
  const { clock, journal, logger } = options
  const { table } = journal
  let status: Omit<StorageCheck, 'damaged'> = {
    state: 'never',
    startedAt: undefined,
    finishedAt: undefined,
    total: 0,
    checked: 0,
    error: undefined
  }
  let running: Promise<void> | undefined
  let isStopped = false

  const run = async (): Promise<void> => {
    for (let after = 0, more = true; more && !isStopped;) {
      const rows = table.toCheck(after, CHECKED_ROWS)
      more = rows.length === CHECKED_ROWS
      after = rows.at(-1)?.arrival ?? after
      const broken = rows.filter(row => !isWhole(row, clock.now()))
      if (broken.length > 0) {
        logger.warn('records on disk are damaged: members are asked for them', { count: broken.length })
        journal.markDamaged(broken.map(({ arrival }) => arrival))
      }
      status = { ...status, checked: status.checked + rows.length }
      await setImmediate()
    }
  }
  const last = (): StorageCheck => ({ ...status, damaged: table.damagedCount() })

  return {
    start() {
      if (running) return last()
      const startedAt = clock.now()
      status = {
        state: 'running',
        startedAt,
        finishedAt: undefined,
        total: table.recordCount(),
        checked: 0,
        error: undefined
      }
      running = run()
        .then(
          () => void (status = { ...status, state: 'done', finishedAt: clock.now() }),
          (error: unknown) => {
            logger.error('the check of the log failed', { error: String(error) })
            status = { ...status, state: 'failed', finishedAt: clock.now(), error: String(error) }
          }
        )
        .finally(() => (running = undefined))
      return last()
    },
    last,
    async stop() {
      isStopped = true
      await running
    }
  }
}

function isWhole(row: CheckedRow, now: number): boolean {
  try {
    const record = decodeRecord(row.headerBytes, row.signature, row.body)
    const { header, id } = record
    if (id !== row.id || header.device !== row.device || header.seq !== row.seq || header.group !== row.group)
      return false
    if (compareTime(header, row) !== 0 || header.epoch !== row.epoch) return false
    if (header.expiresAt !== row.expiresAt) return false
    const mayLack = !row.isBodyHere || (header.expiresAt ?? Infinity) <= now
    return (row.body !== undefined || mayLack) && isAuthentic(record)
  } catch {
    // Bytes that are no header at all.
    return false
  }
}
