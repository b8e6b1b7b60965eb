import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readChoice,
  readInteger,
  readList,
  readMap
} from '../canonical.ts'
import { readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import type { Protocol } from '../stream.ts'
import { SEALED_KEY_BYTES } from './epoch-key.ts'
import type { SealedKey } from './epoch-key.ts'
import { JOIN_REQUEST_BYTES, NONCE_BYTES, readJoinRequest } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'
import { KEY_OPERATION_BYTES, readOperation } from './operation.ts'
import type { Operation } from './operation.ts'

/**
 * How a person joins: the member sends a challenge; the joiner its signed request; the member either a refusal, or a
 * welcome with the group's keys and then all operations, parents first; then it ends.
 */
export const JOIN: Protocol = {
  id: '/borgo/core/join/1',
  access: 'anyone',
  maxMessageBytes: 65_536,
  maxStreamsPerPeer: 2,
  idleMs: 20_000
}

/** Operations of one message: some 40 ms of checking signatures. */
const BATCH = 64
const BATCH_BYTES = JOIN.maxMessageBytes - 1024
const MAX_KEYS = 128

const REFUSALS = [
  'unknown',
  'expired',
  'used-up',
  'not-yours',
  'removed',
  'waiting',
  'declined',
  'busy',
  'guarded',
  'full'
] as const
/**
 * Why a member lets somebody not in, or not yet; `unknown` covers every group and invitation that it cannot speak for.
 * `waiting`: an admin has to accept. `busy`: too many wait for that. `guarded`: a device was locked out, so that only
 * another one lets a further one in. `full`: the person has as many devices as a group takes.
 */
export type Refusal = (typeof REFUSALS)[number]

/** What a member answers to a request. */
export type Reply =
  | { type: 'refused'; reason: Refusal }
  | { type: 'welcome'; keys: SealedKey[] }
  | { type: 'operations'; operations: Operation[] }

export function encodeChallenge(nonce: Uint8Array): Uint8Array {
  return encodeCanonical({ type: 'challenge', nonce })
}

/** Returns the nonce; throws BAD_MESSAGE. */
export function decodeChallenge(bytes: Uint8Array): Uint8Array {
  return readingAs('BAD_MESSAGE', 'a challenge', () => {
    const { type, nonce } = readMap(decodeCanonical(bytes), 'type', 'nonce')
    readChoice(type, 'challenge')
    return readBytes(nonce, NONCE_BYTES)
  })
}

/** Checks form and signatures; throws BAD_MESSAGE. */
export function decodeRequest(bytes: Uint8Array): JoinRequest {
  return readingAs('BAD_MESSAGE', `a request of at most ${JOIN_REQUEST_BYTES} bytes`, () => readJoinRequest(bytes))
}

export function encodeRefusal(reason: Refusal): Uint8Array {
  return encodeCanonical({ type: 'refused', reason })
}

/** The welcome and the operations, in as many messages as it takes. */
export function* encodeWelcome(keys: readonly SealedKey[], operations: readonly Uint8Array[]): Generator<Uint8Array> {
  yield encodeCanonical({ type: 'welcome', keys })
  let portion: Uint8Array[] = []
  let bytes = 0
  for (const operation of operations) {
    if (portion.length === BATCH || (portion.length > 0 && bytes + operation.length > BATCH_BYTES)) {
      yield encodeCanonical({ type: 'operations', operations: portion })
      portion = []
      bytes = 0
    }
    portion.push(operation)
    bytes += operation.length
  }
  if (portion.length > 0) yield encodeCanonical({ type: 'operations', operations: portion })
}

/** Checks form and signatures, also of the operations; throws BAD_MESSAGE. */
export function decodeReply(bytes: Uint8Array): Reply {
  return readingAs('BAD_MESSAGE', 'an answer to a request', () => {
    const value = decodeCanonical(bytes)
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
    switch (type) {
      case 'refused':
        return { type, reason: readChoice(readMap(value, 'type', 'reason').reason, ...REFUSALS) }
      case 'welcome':
        return { type, keys: readList(readMap(value, 'type', 'keys').keys, MAX_KEYS, readSealedKey) }
      case 'operations': {
        const { operations } = readMap(value, 'type', 'operations')
        return {
          type,
          operations: readList(operations, BATCH, one => readOperation(readBytes(one, 1, KEY_OPERATION_BYTES)))
        }
      }
      default:
        throw coreError('BAD_MESSAGE', 'an unknown type')
    }
  })
}

function readSealedKey(value: unknown): SealedKey {
  const { epoch, sealed } = readMap(value, 'epoch', 'sealed')
  return { epoch: readInteger(epoch, 0), sealed: readBytes(sealed, SEALED_KEY_BYTES) }
}
