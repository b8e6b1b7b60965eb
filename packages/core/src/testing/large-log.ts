import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { peerIdOf } from '../ids.ts'
import { createSealer, encodeBody } from '../log/body.ts'
import { createJournal } from '../log/journal.ts'
import type { Verdict } from '../log/intake.ts'
import { createLog } from '../log/log.ts'
import type { Log } from '../log/log.ts'
import type { Members } from '../log/members.ts'
import { signRecord } from '../log/record.ts'
import type { SignedRecord } from '../log/record.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { SHOWN } from '../log/table/state.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import { createStreams } from '../transport/streams.ts'
import { memoryIdentity } from './identity.ts'
import { groupId } from './member-list.ts'
import { memoryNetwork } from './memory-network.ts'

const quotaOf = () => ({ memberBytes: Infinity, groupBytes: Infinity, nodeBytes: Infinity })
const START_MS = Date.UTC(2026, 0, 1)
/** Records that are stored in one transaction, as from a peer. */
const BATCH = 256

/** The group that `fillLog` makes. */
export const LARGE_GROUP: GroupId = groupId('large')

const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest()

function devicesOf(count: number): PeerId[] {
  return Array.from({ length: count }, (_, index) => peerIdOf(hash(`device ${index}`)))
}

/** Everybody writes. */
function largeMembers(devices: readonly PeerId[]): Members {
  const all = new Set(devices)
  const { account } = memoryIdentity('large')
  const key = hash('key')
  return {
    groups: () => [LARGE_GROUP],
    roleOf: (_group, device) => (all.has(device) ? 'writer' : undefined),
    roleAt: (_group, device) => (all.has(device) ? 'writer' : undefined),
    countsAs: (_group, _device, _seq, role) => role,
    lastSeen: () => Infinity,
    wasAdmitted: (_group, device) => all.has(device),
    accountOf: () => account,
    devices: () => [...devices],
    epoch: () => 0,
    epochs: () => [0],
    key: () => key,
    heads: () => [],
    holds: () => true,
    since: () => [],
    receive: (_group, operations) => operations.length,
    onChange: () => () => undefined
  }
}

/**
 * Writes the log of a large group into a database file, as if it had come from a member: checked and stored as ever, but
 * for the signatures, which are all of one key that nobody has.
 */
export async function fillLog(
  file: string,
  { devices: count, kind, records, text }: { devices: number; records: number; kind: string; text(at: number): string }
): Promise<void> {
  const database = openDatabase(file, CORE_MIGRATIONS)
  // Nobody waits for it to survive anything.
  database.exec('PRAGMA synchronous = OFF')
  const devices = devicesOf(count)
  const members = largeMembers(devices)
  const { device, deviceKey: key } = memoryIdentity('large')
  const sealer = createSealer(members.key)
  const examine = (): Verdict => ({ kind, state: SHOWN })
  const options = { database, device, key, members, quotaOf, examine, sealer, clock: systemClock, logger: silentLogger }
  const journal = createJournal(options)
  const nobody = { ...key, sign: () => new Uint8Array(64) }
  const tips = new Map<PeerId, SignedRecord>()
  let last: SignedRecord | undefined
  const next = (at: number): SignedRecord => {
    const author = devices[(at * 7_919) % count] ?? device
    const before = tips.get(author)
    const header = {
      group: LARGE_GROUP,
      device: author,
      seq: (before?.header.seq ?? 0) + 1,
      prev: before?.id,
      heads: last && last !== before ? [last.id] : [],
      operations: [],
      era: 0,
      ms: START_MS + at * 1_000,
      count: 0,
      epoch: 0,
      expiresAt: undefined
    }
    const body = sealer.seal({ group: LARGE_GROUP, device: author, epoch: 0 }, encodeBody({ kind, data: text(at) }))
    last = signRecord(nobody, header, body ?? new Uint8Array())
    tips.set(author, last)
    return last
  }
  for (let from = 0; from < records; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, records - from) }, (_, index) => next(from + index))
    journal.receive(LARGE_GROUP, batch, new Set(batch))
    await setImmediate()
  }
  journal.close()
  database.close()
}

/** Opens what `fillLog` wrote, as a node would. */
export async function openLargeLog(
  file: string,
  { clock = systemClock, devices }: { devices: number; clock?: Clock }
): Promise<{ log: Log; stop(): Promise<void> }> {
  const identity = memoryIdentity('large')
  const database = openDatabase(file, CORE_MIGRATIONS)
  const network = memoryNetwork({ clock }).node(identity.device)
  await network.start()
  const logger = silentLogger
  const streams = createStreams({ network, clock, logger, isMember: () => true })
  const addresses = { addressesOf: () => [], onAddresses: () => undefined, onChange: () => () => undefined }
  const members = largeMembers([...devicesOf(devices), identity.device])
  const log = createLog({ identity, database, members, quotaOf, network, streams, addresses, clock, logger })
  return {
    log,
    async stop() {
      await log.stop()
      streams.close()
      await network.stop()
      database.close()
    }
  }
}
