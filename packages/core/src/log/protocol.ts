import {
  decodeCanonical,
  encodeCanonical,
  readBoolean,
  readBytes,
  readInteger,
  readList,
  readText,
  readingAs
} from '../canonical.ts'
import { coreError } from '../errors.ts'
import { hashId, hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Protocol } from '../stream.ts'
import { MAX_KIND_CHARACTERS, MAX_SEALED_BYTES } from './body.ts'
import { EVIDENCE_HEADERS } from './forks.ts'
import { MAX_HEADER_BYTES, SIGNATURE_BYTES, decodeRecord } from './record.ts'
import type { SignedRecord } from './record.ts'
import { MAX_SCOPE_KINDS } from './scope.ts'
import type { SyncScope } from './scope.ts'
import type { SignedHeader } from './table/row.ts'
import type { OutgoingRow } from './table/sending-table.ts'

/**
 * Synchronisation of one group between two devices: one stream for as long as they are connected. Each side sends
 * `hello`, then the membership operations that the other lacks, then whatever the other lacks or asks for. Membership
 * is checked here and not by the core, since the other's view of it may be newer than ours.
 */
export const LOG_SYNC: Protocol = {
  id: '/borgo/core/log/1',
  access: 'anyone',
  maxMessageBytes: 262_144,
  /** One for each group that two devices share; more groups than this sync when others ended. */
  maxStreamsPerPeer: 256,
  /** Nothing moves in a silent group; the transport notices dead connections. */
  idleMs: 24 * 60 * 60_000
}

/** Records in one message. Some 40 ms of checking and one commit, so that a long catch-up leaves room for everything else. */
export const BATCH_RECORDS = 256
/** Leaves room in a message for one longest record beside what is counted. */
export const BATCH_BYTES = LOG_SYNC.maxMessageBytes - MAX_HEADER_BYTES - 2_048
/** Entries of a vector in one message. */
const VECTOR_ENTRIES = 4_000
/** Devices that may write in one group. */
export const MAX_VECTOR = 100_000
/** Of a record's id, enough to see that two devices hold different ones. */
const TIP_BYTES = 8
/** A digest of tips says so many parts of the devices apart, each by so many bytes. */
export const DIGEST_PARTS = 64
export const DIGEST_BYTES = 8
const MAX_MARKS = 3_000
/** Bodies that are asked for at once. */
export const MAX_LOST = 64
const MAX_OPERATION_HEADS = 1_024
const MAX_OPERATIONS = 1_024
const MAX_OPERATION_BYTES = 131_072
const MAX_INTRODUCED = 64
const MAX_ADDRESSES = 16
const MAX_ADDRESS_CHARACTERS = 256

/** Device → seq of its newest record. */
export type Vector = ReadonlyMap<PeerId, number>
/** Device → where it can be reached. */
export type AddressMap = ReadonlyMap<PeerId, readonly string[]>

export type Message =
  /** First, both ways: the group and the newest membership operations that the sender knows. */
  | { type: 'hello'; group: GroupId; heads: Uint8Array[] }
  /** What the sender's clock shows, once each knows the other as a member: ms since 1970. */
  | { type: 'clock'; now: number }
  /** Which bodies the sender wants: of the others, records come without. Before it, all. */
  | { type: 'scope'; scope: SyncScope }
  /** Operations that the receiver lacks, parents first. `last` ends those that the greeting calls for. */
  | { type: 'operations'; operations: Uint8Array[]; last: boolean }
  /**
   * The newest operations that the sender knows, when these are others' and it does not send them: who lacks one answers
   * alike, in want, and is sent what it lacks.
   */
  | { type: 'heads'; heads: Uint8Array[]; wants: boolean }
  /** "Where are the others?", once: answered with `addresses` of all. */
  | { type: 'where' }
  /** Where devices of the group can be reached: hearsay, proved only by dialling. */
  | { type: 'addresses'; addresses: AddressMap }
  /** Devices that were stopped for writing two histories → a hash of what the sender knows of these. */
  | { type: 'marks'; marks: ReadonlyMap<PeerId, string> }
  /** What such devices signed. */
  | { type: 'evidence'; headers: SignedRecord[] }
  /** What the sender holds: first of all devices, later of those that changed. */
  | { type: 'have'; tips: ReadonlyMap<PeerId, { seq: number; tip: string }> }
  /** Instead of a long first `have`: a hash of the tips of each part of the devices. */
  | { type: 'digest'; hashes: Uint8Array[] }
  /** Parts of it in which the sender holds something else, once: answered with `have` of these. */
  | { type: 'differing'; parts: number[] }
  /** "Send me all I lack": of these devices from after these on. After the last, answered with `records` and one `done`. */
  | { type: 'want'; vector: Vector; last: boolean }
  /** Records, each after those it follows. The author sends its own new ones unasked. */
  | { type: 'records'; records: SignedRecord[] }
  | { type: 'done' }
  /** "Of these I have not got the body": answered with those that the receiver has. */
  | { type: 'lost'; ids: RecordId[] }
  | { type: 'found'; records: SignedRecord[]; last: boolean }

export function encodeHello(group: GroupId, heads: readonly Uint8Array[]): Uint8Array {
  return encodeCanonical(['hello', hashOf(group), heads.slice(0, MAX_OPERATION_HEADS)])
}

export function encodeHeads(heads: readonly Uint8Array[], wants: boolean): Uint8Array {
  return encodeCanonical(['heads', heads.slice(0, MAX_OPERATION_HEADS), wants])
}

export function encodeClock(now: number): Uint8Array {
  return encodeCanonical(['clock', now])
}

export function encodeScope({ kinds, maxAgeMs }: SyncScope): Uint8Array {
  return encodeCanonical(['scope', maxAgeMs ?? null, kinds ? [...kinds] : null])
}

/** As many messages as it takes; the last one says so when `last`. Throws TOO_LARGE for an operation beyond any message. */
export function* encodeOperations(operations: readonly Uint8Array[], last: boolean): Generator<Uint8Array> {
  let portion: Uint8Array[] = []
  let bytes = 0
  for (const operation of operations) {
    if (operation.length > MAX_OPERATION_BYTES)
      throw coreError('TOO_LARGE', 'a membership operation is too long to send')
    if (portion.length === MAX_OPERATIONS || bytes + operation.length > BATCH_BYTES / 2) {
      yield encodeCanonical(['operations', portion, false])
      portion = []
      bytes = 0
    }
    portion.push(operation)
    bytes += operation.length
  }
  yield encodeCanonical(['operations', portion, last])
}

export function encodeWhere(): Uint8Array {
  return encodeCanonical(['where'])
}

export function* encodeAddresses(addresses: AddressMap): Generator<Uint8Array> {
  const entries = [...addresses].map(([device, list]) => [peerKey(device), list.filter(fits).slice(0, MAX_ADDRESSES)])
  for (let from = 0; from < entries.length; from += MAX_INTRODUCED)
    yield encodeCanonical(['addresses', entries.slice(from, from + MAX_INTRODUCED)])
}

/** As many messages as it takes. */
export function* encodeHave(tips: ReadonlyMap<PeerId, { seq: number; id: RecordId }>): Generator<Uint8Array> {
  const entries = [...tips].map(([device, { id, seq }]) => [peerKey(device), seq, hashOf(id).subarray(0, TIP_BYTES)])
  for (const [portion] of portions(entries)) yield encodeCanonical(['have', portion])
}

export function encodeDigest(hashes: readonly Uint8Array[]): Uint8Array {
  return encodeCanonical(['digest', hashes])
}

export function encodeDiffering(parts: readonly number[]): Uint8Array {
  return encodeCanonical(['differing', parts])
}

/** As many messages as it takes; the last one says so. */
export function* encodeWant(vector: Vector): Generator<Uint8Array> {
  const entries = [...vector].map(([device, seq]) => [peerKey(device), seq])
  for (const [portion, isLast] of portions(entries)) yield encodeCanonical(['want', portion, isLast])
}

function* portions<T>(entries: readonly T[]): Generator<[T[], boolean]> {
  for (let from = 0; from === 0 || from < entries.length; from += VECTOR_ENTRIES)
    yield [entries.slice(from, from + VECTOR_ENTRIES), from + VECTOR_ENTRIES >= entries.length]
}

/** How a record is named in `have`. */
export function tipOf(id: RecordId): string {
  return Buffer.from(hashOf(id).subarray(0, TIP_BYTES)).toString('hex')
}

export function encodeMarks(marks: ReadonlyMap<PeerId, { digest: string }>): Uint8Array {
  const entries = [...marks].slice(0, MAX_MARKS)
  return encodeCanonical([
    'marks',
    entries.map(([device, { digest }]) => [peerKey(device), Buffer.from(digest, 'hex')])
  ])
}

export function encodeEvidence(headers: readonly SignedHeader[]): Uint8Array {
  return encodeCanonical(['evidence', headers.map(({ headerBytes, signature }) => [headerBytes, signature])])
}

export function encodeRecords(rows: readonly OutgoingRow[]): Uint8Array {
  return encodeCanonical(['records', rows.map(recordFields)])
}

export function encodeFound(rows: readonly OutgoingRow[], last: boolean): Uint8Array {
  return encodeCanonical(['found', rows.map(recordFields), last])
}

/** Without its body: null where the sender has not got it, false where the receiver does not want it. */
function recordFields({ body, headerBytes, isLeftOut, signature }: OutgoingRow): unknown[] {
  return [headerBytes, signature, isLeftOut ? false : (body ?? null)]
}

export function encodeLost(ids: readonly RecordId[]): Uint8Array {
  return encodeCanonical(['lost', ids.map(hashOf)])
}

export function encodeDone(): Uint8Array {
  return encodeCanonical(['done'])
}

/** Checks a message's shape; records' signatures are the journal's to check. Throws BAD_MESSAGE. */
export function decodeMessage(bytes: Uint8Array): Message {
  return readingAs('BAD_MESSAGE', 'a message of the log', () => {
    const [type, ...fields] = readList(decodeCanonical(bytes), 3, field => field)
    const count = (expected: number): void => {
      if (fields.length !== expected) throw coreError('BAD_MESSAGE', `expected ${expected} fields`)
    }
    switch (type) {
      case 'hello':
        count(2)
        return {
          type,
          group: hashId(readBytes(fields[0], 32)),
          heads: readList(fields[1], MAX_OPERATION_HEADS, head => readBytes(head, 32))
        }
      case 'heads':
        count(2)
        return {
          type,
          heads: readList(fields[0], MAX_OPERATION_HEADS, head => readBytes(head, 32)),
          wants: readBoolean(fields[1])
        }
      case 'clock':
        count(1)
        return { type, now: readInteger(fields[0], 0) }
      case 'scope':
        count(2)
        return { type, scope: readScope(fields[0], fields[1]) }
      case 'operations':
        count(2)
        return {
          type,
          operations: readList(fields[0], MAX_OPERATIONS, one => readBytes(one, 1, MAX_OPERATION_BYTES)),
          last: readBoolean(fields[1])
        }
      case 'addresses':
        count(1)
        return { type, addresses: new Map(readList(fields[0], MAX_INTRODUCED, readIntroduction)) }
      case 'marks':
        count(1)
        return { type, marks: new Map(readList(fields[0], MAX_MARKS, readMark)) }
      case 'evidence':
        count(1)
        return { type, headers: readList(fields[0], EVIDENCE_HEADERS, readSignedHeader) }
      case 'have':
        count(1)
        return { type, tips: new Map(readList(fields[0], VECTOR_ENTRIES, readTip)) }
      case 'digest': {
        count(1)
        const hashes = readList(fields[0], DIGEST_PARTS, hash => readBytes(hash, DIGEST_BYTES))
        if (hashes.length !== DIGEST_PARTS) throw coreError('BAD_MESSAGE', `a digest has ${DIGEST_PARTS} parts`)
        return { type, hashes }
      }
      case 'differing':
        count(1)
        return { type, parts: readList(fields[0], DIGEST_PARTS, part => readInteger(part, 0)) }
      case 'want':
        count(2)
        return {
          type,
          vector: new Map(readList(fields[0], VECTOR_ENTRIES, readVectorEntry)),
          last: readBoolean(fields[1])
        }
      case 'lost':
        count(1)
        return { type, ids: readList(fields[0], MAX_LOST, id => hashId<RecordId>(readBytes(id, 32))) }
      case 'records':
        count(1)
        return { type, records: readList(fields[0], BATCH_RECORDS, readRecord) }
      case 'found':
        count(2)
        return { type, records: readList(fields[0], MAX_LOST, readRecord), last: readBoolean(fields[1]) }
      case 'where':
      case 'done':
        count(0)
        return { type }
      default:
        throw coreError('BAD_MESSAGE', 'an unknown type')
    }
  })
}

function fits(address: string): boolean {
  return address.length <= MAX_ADDRESS_CHARACTERS
}

function readScope(maxAgeMs: unknown, kinds: unknown): SyncScope {
  return {
    maxAgeMs: maxAgeMs === null ? undefined : readInteger(maxAgeMs, 0),
    kinds: kinds === null ? undefined : readList(kinds, MAX_SCOPE_KINDS, kind => readText(kind, MAX_KIND_CHARACTERS))
  }
}

function readPair(value: unknown): [PeerId, unknown] {
  const [device, other, ...more] = readList(value, 2, part => part)
  if (more.length > 0) throw coreError('BAD_MESSAGE', 'expected a pair')
  return [peerIdOf(readBytes(device, 32)), other]
}

function readIntroduction(value: unknown): [PeerId, string[]] {
  const [device, addresses] = readPair(value)
  return [device, readList(addresses, MAX_ADDRESSES, address => readText(address, MAX_ADDRESS_CHARACTERS))]
}

function readVectorEntry(value: unknown): [PeerId, number] {
  const [device, seq] = readPair(value)
  return [device, readInteger(seq, 0)]
}

function readTip(value: unknown): [PeerId, { seq: number; tip: string }] {
  const fields = readList(value, 3, part => part)
  if (fields.length !== 3) throw coreError('BAD_MESSAGE', 'expected a device, a number and a tip')
  const [device, seq, tip] = fields
  return [
    peerIdOf(readBytes(device, 32)),
    { seq: readInteger(seq, 1), tip: Buffer.from(readBytes(tip, TIP_BYTES)).toString('hex') }
  ]
}

function readMark(value: unknown): [PeerId, string] {
  const [device, digest] = readPair(value)
  return [device, Buffer.from(readBytes(digest, 32)).toString('hex')]
}

function readSignedHeader(value: unknown): SignedRecord {
  const fields = readList(value, 2, field => field)
  if (fields.length !== 2) throw coreError('BAD_MESSAGE', 'a signed header has two parts')
  const [header, signature] = fields
  return decodeRecord(readBytes(header, 1, MAX_HEADER_BYTES), readBytes(signature, SIGNATURE_BYTES), undefined)
}

function readRecord(value: unknown): SignedRecord {
  const fields = readList(value, 3, field => field)
  if (fields.length !== 3) throw coreError('BAD_MESSAGE', 'a record has three parts')
  const [header, signature, body] = fields
  const record = decodeRecord(
    readBytes(header, 1, MAX_HEADER_BYTES),
    readBytes(signature, SIGNATURE_BYTES),
    body === null || body === false ? undefined : readBytes(body, 1, MAX_SEALED_BYTES)
  )
  return body === false ? { ...record, isLeftOut: true } : record
}
