import type { ExportedRecord } from '../log/export.ts'
import { jsonLine } from '../log/export.ts'
import type { GroupId } from '../ids.ts'

/** What other programs go by. */
const FORMAT = 'borgo/export/1'

/**
 * A group as JSON lines: what it is, the signed membership operations (base64), parents first, then the records, each
 * after what it follows, and at last how many there were: without that line, an export is not whole.
 */
export async function* exportGroup(options: {
  group: { id: GroupId; name: string; kind: string }
  operations: readonly Uint8Array[]
  records: AsyncIterable<ExportedRecord>
  now: number
}): AsyncGenerator<string> {
  const { group, now, operations, records } = options
  yield jsonLine({ type: 'group', format: FORMAT, ...group, exportedAt: now })
  for (const bytes of operations) yield jsonLine({ type: 'operation', bytes: Buffer.from(bytes).toString('base64') })
  let count = 0
  for await (const record of records) {
    count++
    yield jsonLine(record)
  }
  yield jsonLine({ type: 'end', operations: operations.length, records: count })
}
