import { setImmediate } from 'node:timers/promises'
import type { AccountId, GroupId } from '../ids.ts'
import type { Clock } from '../clock.ts'
import type { Journal } from './journal.ts'
import type { Members } from './members.ts'
import type { Examiner } from './reader.ts'
import { decodeRecord, isAuthentic } from './record.ts'
import type { ExportedRow } from './table/reading-table.ts'
import { DAMAGED, LOCKED, REPLACED, WANTED } from './table/state.ts'

/** Records read in one go: 4 MiB of longest bodies. */
const EXPORTED_ROWS = 64

/** Why an exported record has no data. */
type Without = 'locked' | 'damaged' | 'elsewhere' | 'replaced' | 'expired' | 'hidden'

/** One record for other programs: all that was signed, and what it says as far as this device can read it. */
export interface ExportedRecord {
  type: 'record'
  id: string
  account: AccountId | undefined
  device: string
  seq: number
  prev: string | undefined
  heads: string[]
  era: number
  /** ms since 1970, and the same as text. */
  ms: number
  time: string
  count: number
  epoch: number
  role: string
  expiresAt: number | undefined
  /** What was signed, and by it: base64. Its SHA-256 is the id; over which bytes the signature is, SPEC L says. */
  header: string
  signature: string
  /** Whether id, signature and body belong together. */
  verified: boolean
  kind: string | undefined
  data: unknown
  without: Without | undefined
}

/** A group's records in order of arrival, so that each comes after what it follows; verified anew. */
export async function* exportRecords(
  group: GroupId,
  deps: { journal: Journal; examiner: Examiner; members: Pick<Members, 'accountOf'>; clock: Clock },
  signal?: AbortSignal
): AsyncGenerator<ExportedRecord> {
  const { clock, examiner, journal, members } = deps
  for (let after = 0, more = true; more;) {
    signal?.throwIfAborted()
    const rows = journal.table.exported(group, after, EXPORTED_ROWS)
    more = rows.length === EXPORTED_ROWS
    for (const row of rows) {
      after = row.arrival
      const body = row.state < LOCKED ? examiner.body(row) : undefined
      yield {
        ...signedPart(row),
        account: members.accountOf(group, row.device),
        role: row.role,
        kind: body?.kind,
        data: body?.data,
        without: body ? undefined : whyWithout(row, clock.now())
      }
    }
    await setImmediate()
  }
}

type SignedPart = Omit<ExportedRecord, 'account' | 'role' | 'kind' | 'data' | 'without'>

function signedPart({ body, device, expiresAt, headerBytes, id, seq, signature, ...row }: ExportedRow): SignedPart {
  const { era, ms, count, epoch } = row
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  const stored = { id, device, seq, era, ms, time: new Date(ms).toISOString(), count, epoch, expiresAt }
  const signed = { header: base64(headerBytes), signature: base64(signature) }
  try {
    const record = decodeRecord(headerBytes, signature, body)
    const { heads, prev } = record.header
    return { type: 'record', ...stored, prev, heads, ...signed, verified: record.id === id && isAuthentic(record) }
  } catch {
    // Damaged on disk so that it is no header any more.
    return { type: 'record', ...stored, prev: undefined, heads: [], ...signed, verified: false }
  }
}

function whyWithout({ expiresAt = Infinity, state }: ExportedRow, now: number): Without {
  if (state === LOCKED) return 'locked'
  if (state === DAMAGED) return 'damaged'
  if (state === REPLACED) return 'replaced'
  if (state >= WANTED) return 'elsewhere'
  return expiresAt <= now ? 'expired' : 'hidden'
}

/** One line of JSON; bytes as in DAG-JSON: `{"/":{"bytes":"…"}}`, base64 without padding. */
export function jsonLine(value: unknown): string {
  const encode = (_key: string, part: unknown): unknown => {
    if (typeof part === 'bigint') return part.toString()
    if (!(part instanceof Uint8Array)) return part
    return { '/': { bytes: Buffer.from(part).toString('base64').replace(/=+$/, '') } }
  }
  return `${JSON.stringify(value, encode)}\n`
}
