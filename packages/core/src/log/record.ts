import { createHash } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import { decodeCanonical, encodeCanonical, readBytes, readInteger, readList, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { isSignedBy, isSignedByLater } from '../identity/ed25519.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { hashId, hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import { MAX_SEALED_BYTES, SEALED_KIND_BYTES } from './body.ts'
import type { HybridTime } from './hybrid-time.ts'

const TAG = 'borgo/record/1'
const VERSION = 1
/** Heads that one record may name: the newest; later records name the rest (SPEC L-8). */
export const MAX_HEADS = 16
/** Membership operations that one record may name; as many as an operation may have parents. */
export const MAX_OPERATIONS = 32
/** Records that one may take the place of; a later one takes that of the rest. */
export const MAX_REPLACED = 64
/** The longest header there can be: 48 hashes at 34 bytes, every number at its largest and 64 distances are 2,288. */
export const MAX_HEADER_BYTES = 2_304
export const SIGNATURE_BYTES = 64
const HASH_BYTES = 32
const FIELDS = 14
/** Of a record that says of which kind it is, and that a later one may take the place of. */
const MOST_FIELDS = FIELDS + 2
/** Last instant of the year 9999: what a date can be shown as. */
export const MAX_MS = 253_402_300_799_999
const MAX_COUNT = 2 ** 32
/** How far back a record may be that another one takes the place of. */
export const MAX_DISTANCE = 2 ** 32 - 1

/** What a device signs of a record. The body is only named by its hash, so that a header stays checkable without it. */
export interface Header extends HybridTime {
  group: GroupId
  device: PeerId
  /** 1, 2, 3 … per device and group. */
  seq: number
  /** The device's record before this one; undefined for the first. */
  prev: RecordId | undefined
  /** The newest records of others that the author had and that no other record it had follows; at most MAX_HEADS. */
  heads: RecordId[]
  /** Ids of the newest membership operations that the author knew: they say in what role it wrote. At most MAX_OPERATIONS. */
  operations: Uint8Array[]
  /** Which of the group's keys encrypts the body. */
  epoch: number
  /** ms since 1970: from then on the body is hidden, and later deleted. Undefined: never. */
  expiresAt: number | undefined
  /** SHA-256 of the encrypted body. */
  bodyHash: Uint8Array
  bodyBytes: number
  /** Of which kind it is, for who has the epoch's key. Records that were written before there was this have none. */
  sealedKind?: Uint8Array | undefined
  /**
   * Earlier seqs of this chain that need not be kept for this one, the latest first; at most MAX_REPLACED. Undefined: no
   * later record may take the place of this one either.
   */
  replaces?: readonly number[] | undefined
}

/** A record as it is stored and sent. */
export interface SignedRecord {
  /** SHA-256 of the encoded header. */
  id: RecordId
  header: Header
  /** The encoded header: what is signed and hashed. */
  headerBytes: Uint8Array
  signature: Uint8Array
  /** Encrypted (see `body.ts`); undefined once it expired, and where it is elsewhere. */
  body: Uint8Array | undefined
  /** The sender says that the body is nothing we want. */
  isLeftOut?: boolean
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

/** Encodes and signs. `key` is the device's; the body's hash and length are filled in here. */
export function signRecord(
  key: SigningKey,
  header: Omit<Header, 'bodyHash' | 'bodyBytes'>,
  body: Uint8Array
): SignedRecord {
  const whole: Header = { ...header, bodyHash: sha256(body), bodyBytes: body.length }
  const headerBytes = encodeHeader(whole)
  return { id: hashId(sha256(headerBytes)), header: whole, headerBytes, signature: key.sign(TAG, headerBytes), body }
}

/**
 * Takes apart what came from outside: shape and ranges, not yet the signature (see `isAuthentic`), so that records
 * which are known already cost little. Throws BAD_RECORD.
 */
export function decodeRecord(
  headerBytes: Uint8Array,
  signature: Uint8Array,
  body: Uint8Array | undefined
): SignedRecord {
  const header = readingAs('BAD_RECORD', 'a record', () => decodeHeader(headerBytes))
  return { id: hashId(sha256(headerBytes)), header, headerBytes, signature, body }
}

/** Whether the device that the header names signed it, and the body, where there is one, is the one it names. */
export function isAuthentic(record: SignedRecord): boolean {
  const { header, headerBytes, signature } = record
  return hasItsBody(record) && isSignedBy(peerKey(header.device), TAG, headerBytes, signature)
}

/** Those of many that are authentic, found on other threads: half of what taking in a record costs. */
export async function authenticOf(records: readonly SignedRecord[]): Promise<ReadonlySet<SignedRecord>> {
  const found = new Set<SignedRecord>()
  const check = async (record: SignedRecord): Promise<void> => {
    const { header, headerBytes, signature } = record
    if (await isSignedByLater(peerKey(header.device), TAG, headerBytes, signature)) found.add(record)
  }
  await Promise.all(records.filter(hasItsBody).map(check))
  return found
}

function hasItsBody({ body, header }: SignedRecord): boolean {
  return !body || (body.length === header.bodyBytes && equals(sha256(body), header.bodyHash))
}

function encodeHeader(header: Header): Uint8Array {
  const { replaces, sealedKind, seq } = header
  return encodeCanonical([
    VERSION,
    hashOf(header.group),
    peerKey(header.device),
    header.seq,
    header.prev === undefined ? null : hashOf(header.prev),
    header.heads.map(hashOf),
    header.operations,
    header.era,
    header.ms,
    header.count,
    header.epoch,
    header.expiresAt ?? null,
    header.bodyHash,
    header.bodyBytes,
    ...(sealedKind ? [sealedKind] : []),
    ...(replaces ? [replaces.map(earlier => seq - earlier)] : [])
  ])
}

/** Throws what is wrong with it. */
export function decodeHeader(bytes: Uint8Array): Header {
  if (bytes.length > MAX_HEADER_BYTES) throw coreError('BAD_MESSAGE', `a header longer than ${MAX_HEADER_BYTES} bytes`)
  const fields = readList(decodeCanonical(bytes), MOST_FIELDS, field => field)
  if (fields.length < FIELDS) throw coreError('BAD_MESSAGE', `a header has ${FIELDS} fields, or up to two more`)
  const [version, group, device, seq, prev, heads, operations, era, ms, count, epoch, expiresAt, bodyHash, bodyBytes] =
    fields
  const sealedKind = fields[FIELDS] instanceof Uint8Array ? fields[FIELDS] : undefined
  const [distances, ...more] = fields.slice(sealedKind ? FIELDS + 1 : FIELDS)
  if (more.length > 0) throw coreError('BAD_MESSAGE', 'a header has too many fields')
  readInteger(version, VERSION, VERSION)
  const header: Header = {
    group: hashId(readBytes(group, HASH_BYTES)),
    device: peerIdOf(readBytes(device, 32)),
    seq: readInteger(seq, 1),
    prev: prev === null ? undefined : hashId(readBytes(prev, HASH_BYTES)),
    heads: readList(heads, MAX_HEADS, head => hashId<RecordId>(readBytes(head, HASH_BYTES))),
    operations: readList(operations, MAX_OPERATIONS, one => readBytes(one, HASH_BYTES)),
    era: readInteger(era, 0, MAX_COUNT),
    ms: readInteger(ms, 0, MAX_MS),
    count: readInteger(count, 0, MAX_COUNT),
    epoch: readInteger(epoch, 0),
    expiresAt: expiresAt === null ? undefined : readInteger(expiresAt, 0, MAX_MS),
    bodyHash: readBytes(bodyHash, HASH_BYTES),
    bodyBytes: readInteger(bodyBytes, 1, MAX_SEALED_BYTES),
    sealedKind: sealedKind && readBytes(sealedKind, SEALED_KIND_BYTES),
    replaces: distances === undefined ? undefined : readReplaced(distances, readInteger(seq, 1))
  }
  if ((header.seq === 1) !== (header.prev === undefined))
    throw coreError('BAD_MESSAGE', 'only a first record follows none')
  if (new Set([...header.heads, header.prev]).size !== header.heads.length + 1)
    throw coreError('BAD_MESSAGE', 'a record names another twice')
  return header
}

function readReplaced(value: unknown, seq: number): number[] {
  const replaced = readList(value, MAX_REPLACED, distance => seq - readInteger(distance, 1, MAX_DISTANCE))
  if (replaced.some((earlier, index) => earlier < 1 || earlier >= (replaced[index - 1] ?? seq)))
    throw coreError('BAD_MESSAGE', 'a record takes the place of earlier ones, the latest first')
  return replaced
}
