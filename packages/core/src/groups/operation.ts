import { createHash } from 'node:crypto'
import { readBytes, readChoice, readInteger, readList, readMap, readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../identity/certificate.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { openSigned, signValue } from '../identity/signed.ts'
import { accountIdOf, accountKey, hashId, hashOf, peerIdOf } from '../ids.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { ROLES } from './group.ts'
import type { GroupKind, Role } from './group.ts'
import { JOIN_REQUEST_BYTES, readJoinRequest } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'

const TAG = 'borgo/operation/1'
/** Longest encoded operation. */
export const OPERATION_BYTES = 4096
/** Most parents of one operation; with more heads than that, the next operation takes the others. */
export const MAX_PARENTS = 32
/** Most people that one invitation can let in. */
export const MAX_USES = 10_000

/** Hex of the SHA-256 of an encoded operation. */
export type OperationId = string

/** What an operation does; what it takes to have an effect is in `resolve.ts`. */
export type Action =
  /** Founds the group: its author is the first owner, under the name `owner`. `keyCheck`: see `epoch-key.ts`. */
  | { type: 'create'; name: string; kind: GroupKind; owner: string; certificate: Certificate; keyCheck: Uint8Array }
  /** `key`: hex of the public half of the link's secret, unique in the group. `expiresAt` in ms since 1970. */
  | { type: 'invite'; key: string; role: Role; uses: number; expiresAt: number }
  /** A member admits whoever signed the request. */
  | { type: 'join'; request: JoinRequest }
  | { type: 'setRole'; account: AccountId; role: Role }

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

/** Reads an operation and checks all that it proves by itself; throws BAD_OPERATION. `verify: false` only for our own store. */
export function readOperation(bytes: Uint8Array, { verify = true } = {}): Operation {
  return readingAs('BAD_OPERATION', 'a membership operation', () => {
    const signed = openSigned(bytes, OPERATION_BYTES)
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

function checkForm({ group, device, parents, action }: Operation, founds: boolean): void {
  const sorted = parents.every((parent, index) => index === 0 || String(parents[index - 1]) < parent)
  if (!sorted) throw coreError('BAD_OPERATION', 'its parents are not sorted')
  if (founds !== (action.type === 'create') || founds !== (parents.length === 0))
    throw coreError('BAD_OPERATION', 'a founding operation, and no other, stands at the beginning')
  if (action.type === 'create' && action.certificate.device !== device)
    throw coreError('BAD_OPERATION', 'the certificate is of another device')
  if (action.type === 'join' && (action.request.group !== group || action.request.admitter !== device))
    throw coreError('BAD_OPERATION', 'the request was made for another group or admitter')
}

function encodeAction(action: Action): object {
  switch (action.type) {
    case 'create':
      return { ...action, certificate: action.certificate.bytes }
    case 'invite':
      return { ...action, key: Buffer.from(action.key, 'hex') }
    case 'join':
      return { ...action, request: action.request.bytes }
    case 'setRole':
      return { ...action, account: accountKey(action.account) }
  }
}

function readAction(value: unknown, verify: boolean): Action {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  switch (readChoice(type, 'create', 'invite', 'join', 'setRole')) {
    case 'create': {
      const fields = readMap(value, 'type', 'name', 'kind', 'owner', 'certificate', 'keyCheck')
      return {
        type: 'create',
        name: readName(fields.name),
        kind: readChoice(fields.kind, 'shared', 'direct'),
        owner: readName(fields.owner),
        certificate: readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES), { verify }),
        keyCheck: readBytes(fields.keyCheck, 32)
      }
    }
    case 'invite': {
      const fields = readMap(value, 'type', 'key', 'role', 'uses', 'expiresAt')
      return {
        type: 'invite',
        key: Buffer.from(readBytes(fields.key, 32)).toString('hex'),
        role: readRole(fields.role),
        uses: readInteger(fields.uses, 1, MAX_USES),
        expiresAt: readInteger(fields.expiresAt, 0)
      }
    }
    case 'join': {
      const fields = readMap(value, 'type', 'request')
      return {
        type: 'join',
        request: readJoinRequest(readBytes(fields.request, 1, JOIN_REQUEST_BYTES), { verify })
      }
    }
    case 'setRole': {
      const fields = readMap(value, 'type', 'account', 'role')
      return { type: 'setRole', account: accountIdOf(readBytes(fields.account, 32)), role: readRole(fields.role) }
    }
  }
}

function readRole(value: unknown): Role {
  return readChoice(value, ...ROLES)
}
