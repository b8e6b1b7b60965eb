import type { PeerId } from '../ids.ts'
import type { GroupChains } from './chains.ts'
import type { LogTable } from './table.ts'
import type { OutgoingRow } from './table/sending-table.ts'

/** Records that a peer lacks, as they are sent. */
export interface Outgoing {
  records: (OutgoingRow & { device: PeerId; seq: number })[]
  /** Where to go on; undefined at the end. */
  cursor: number | undefined
  /** What finding and sending them costs, bytes. */
  cost: number
}

export interface Limits {
  cursor?: number
  maxRecords: number
  maxBytes: number
  /** Whether the peer wants a record's body. */
  wants(record: { ms: number; kind: number | undefined }): boolean
}

/** Rows of the arrival index that are looked at in one go. */
const SCANNED_ROWS = 1_024
/** Rows that are looked at before everything else has its turn. */
const MOST_SCANNED_ROWS = 16 * SCANNED_ROWS
/** What a row costs that is only looked at, in bytes that could have been sent instead. */
const SCANNED_BYTES = 16
/** Signature and framing of one record on the wire. */
const FRAMING_BYTES = 64 + 16

/** What a peer that holds `known` lacks, oldest arrival first, so that nothing comes before what it follows. */
export function outgoing(
  table: LogTable,
  { chains, no }: GroupChains,
  known: ReadonlyMap<PeerId, number>,
  { cursor, maxBytes, maxRecords, wants }: Limits
): Outgoing {
  let from = cursor ?? firstLacking(table, chains.values(), known)
  const records: Outgoing['records'] = []
  let bytes = 0
  let scanned = 0
  const result = (next: number | undefined): Outgoing => ({
    records,
    cursor: next,
    cost: bytes + scanned * SCANNED_BYTES
  })
  while (from !== undefined) {
    const rows = table.arrivals(no, from, SCANNED_ROWS)
    for (const { arrival, device, seq } of rows) {
      from = arrival
      scanned++
      if (seq <= (known.get(device) ?? 0) || seq >= (chains.get(device)?.forkedAt ?? Infinity)) continue
      const stored = table.outgoing(arrival)
      if (!stored) continue
      const row = stored.isLeftOut || wants(stored) ? stored : { ...stored, body: undefined, isLeftOut: true }
      const size = row.headerBytes.length + (row.body?.length ?? 0) + FRAMING_BYTES
      if (records.length === maxRecords || (bytes + size > maxBytes && records.length > 0)) return result(arrival)
      bytes += size
      records.push({ ...row, device, seq })
    }
    from = rows.length < SCANNED_ROWS ? undefined : from + 1
    if (scanned >= MOST_SCANNED_ROWS) return result(from)
  }
  return result(undefined)
}

/** The earliest arrival that a peer with `known` has not. */
function firstLacking(
  table: LogTable,
  chains: Iterable<{ no: number; device: PeerId; seq: number; forkedAt: number | undefined }>,
  known: ReadonlyMap<PeerId, number>
): number | undefined {
  let first: number | undefined
  for (const { no, device, forkedAt = Infinity, seq } of chains) {
    const has = known.get(device) ?? 0
    if (has >= Math.min(seq, forkedAt - 1)) continue
    const arrival = table.arrivalOf(no, has + 1)
    if (arrival !== undefined && (first === undefined || arrival < first)) first = arrival
  }
  return first
}
