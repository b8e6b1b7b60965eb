import { createHash } from 'node:crypto'
import { readBytes, readChoice, readInteger, readList, readMap, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { hashId, hashOf, peerIdOf } from '../ids.ts'
import type { GroupId, OperationId, PeerId } from '../ids.ts'
import { encodeAction, readAction } from './action.ts'
import type { Action } from './action.ts'
import { epochOf, generationOf } from './epoch-key.ts'

const TAG = 'borgo/operation/1'
/** Longest encoded operation, but those that carry keys. */
export const OPERATION_BYTES = 4096
/** Longest encoded operation that carries a group's key for many devices. */
export const KEY_OPERATION_BYTES = 36_864
/** Most parents of one operation; with more heads than that, the next operation takes the others. */
export const MAX_PARENTS = 32

/** One change of a group's membership: a node of the group's DAG. */
export interface Operation {
  readonly id: OperationId
  readonly group: GroupId
  /** The author. */
  readonly device: PeerId
  /** The newest operations that the author knew, sorted; empty for the founding one alone. */
  readonly parents: readonly OperationId[]
  /** ms since 1970, by the author's clock: a claim. */
  readonly time: number
  readonly action: Action
  readonly bytes: Uint8Array
}

/** Encodes and signs an operation; `group` is undefined for the founding one, whose hash is the group's id. */
export function signOperation(
  content: { group: GroupId | undefined; parents: readonly OperationId[]; time: number; action: Action },
  device: SigningKey
): Operation {
  const { group, parents, time, action } = content
  const value = {
    v: 1,
    group: group === undefined ? null : hashOf(group),
    device: device.publicKey,
    parents: [...parents].sort().map(id => Buffer.from(id, 'hex')),
    time,
    action: encodeAction(action)
  }
  return readOperation(signValue(TAG, value, device))
}

/** What `readOperation` would call it. */
export function operationId(bytes: Uint8Array): OperationId {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads an operation and checks all that it proves by itself; throws BAD_OPERATION. `verify: false` only for our own store. */
export function readOperation(bytes: Uint8Array, { verify = true } = {}): Operation {
  return readingAs('BAD_OPERATION', 'a membership operation', () => {
    const signed = openSigned(bytes, KEY_OPERATION_BYTES)
    const fields = readMap(signed.value, 'v', 'group', 'device', 'parents', 'time', 'action')
    readChoice(fields.v, 1)
    const key = readBytes(fields.device, 32)
    if (verify && !signed.isBy(key, TAG)) throw coreError('BAD_OPERATION', 'its signature is wrong')
    const hash = createHash('sha256').update(bytes).digest()
    const operation: Operation = {
      id: hash.toString('hex'),
      group: hashId<GroupId>(fields.group === null ? hash : readBytes(fields.group, 32)),
      device: peerIdOf(key),
      parents: readList(fields.parents, MAX_PARENTS, parent => Buffer.from(readBytes(parent, 32)).toString('hex')),
      time: readInteger(fields.time, 0),
      action: readAction(fields.action, verify),
      bytes
    }
    checkForm(operation, fields.group === null)
    return operation
  })
}

/** Of the devices that the action may make members. */
export function certificateOf(action: Action): Certificate | undefined {
  switch (action.type) {
    case 'create':
    case 'addDevice':
      return action.certificate
    case 'join':
    case 'recover':
    case 'request':
      return action.request.certificate
    default:
      return undefined
  }
}

function checkForm({ group, device, parents, action, bytes }: Operation, founds: boolean): void {
  const sorted = parents.every((parent, index) => index === 0 || String(parents[index - 1]) < parent)
  if (!sorted) throw coreError('BAD_OPERATION', 'its parents are not sorted')
  if (founds !== (action.type === 'create') || founds !== (parents.length === 0))
    throw coreError('BAD_OPERATION', 'a founding operation, and no other, stands at the beginning')
  const carriesKeys = action.type === 'rotateKey' || action.type === 'shareKey'
  if (!carriesKeys && bytes.length > OPERATION_BYTES)
    throw coreError('BAD_OPERATION', `longer than ${OPERATION_BYTES} bytes`)
  if (action.type === 'create' && action.certificate.device !== device)
    throw coreError('BAD_OPERATION', 'the certificate is of another device')
  const request = action.type === 'join' || action.type === 'request' ? action.request : undefined
  if (request && (request.group !== group || request.admitter !== device))
    throw coreError('BAD_OPERATION', 'the request was made for another group or admitter')
  if (action.type === 'rotateKey' && action.epoch !== epochOf(generationOf(action.epoch), action.keyCheck))
    throw coreError('BAD_OPERATION', 'the number of its epoch is not that of its key')
}
