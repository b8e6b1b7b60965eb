import { readBoolean, readBytes, readChoice, readInteger, readList, readMap, readName } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../identity/certificate.ts'
import type { Certificate } from '../identity/certificate.ts'
import { accountIdOf, accountKey, peerIdOf, peerKey } from '../ids.ts'
import type { AccountId, OperationId, PeerId } from '../ids.ts'
import { SEALED_KEY_BYTES, WRAPPED_KEY_BYTES } from './epoch-key.ts'
import type { DeviceKey, WrappedKey } from './epoch-key.ts'
import { ROLES } from './role.ts'
import type { FoundedKind, GroupPolicy } from './group.ts'
import type { Role } from './role.ts'
import { JOIN_REQUEST_BYTES, readJoinRequest } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'
import { INVITER_ROLES, KEY_AGE_MS, KEY_RECORDS } from './policy.ts'

/** Most people that one invitation can let in. */
export const MAX_USES = 10_000
/** Most devices of one person in a group. */
export const MAX_DEVICES = 32
/** Keys of one operation; a group with more devices than that takes several. */
export const MAX_KEYS = 256
/** Keys of earlier epochs that one rotation wraps: more than one only after rotations at the same time. */
export const MAX_WRAPPED = 8

/** How far the records of a person's devices were known to who takes their role away: the rest does not count. */
export type Seen = ReadonlyMap<PeerId, number>

/** What an operation does; what it takes to have an effect is in `permission.ts`. */
export type Action =
  /** Founds the group: its author is the first owner, under the name `owner`. `keyCheck`: see `epoch-key.ts`. */
  | { type: 'create'; name: string; kind: FoundedKind; owner: string; certificate: Certificate; keyCheck: Uint8Array }
  /**
   * `key`: hex of the public half of the link's secret, unique in the group. `expiresAt` in ms since 1970. `approval`:
   * an admin must accept who asks. `account`: only this person may use it.
   */
  | {
      type: 'invite'
      key: string
      role: Role
      uses: number
      expiresAt: number
      approval: boolean
      account: AccountId | undefined
    }
  | { type: 'revokeInvitation'; key: string }
  /** A member admits whoever signed the request. */
  | { type: 'join'; request: JoinRequest }
  /** A member keeps the request of somebody whom an admin must accept. */
  | { type: 'request'; request: JoinRequest }
  /** `request`: the operation that keeps it. */
  | { type: 'accept'; request: OperationId }
  | { type: 'decline'; request: OperationId }
  /** `seen`: for a role that may not write any more. */
  | { type: 'setRole'; account: AccountId; role: Role; seen: Seen }
  /** Makes somebody an owner in the author's place, who becomes an admin. */
  | { type: 'transferOwnership'; account: AccountId }
  | { type: 'remove'; account: AccountId; seen: Seen }
  | { type: 'leave'; seen: Seen }
  /** A member lets in a further device of a person who is one, by the account's own word. */
  | { type: 'recover'; request: JoinRequest }
  /** A further device of the author's account. */
  | { type: 'addDevice'; certificate: Certificate }
  | { type: 'revokeDevice'; device: PeerId; seen: number }
  /** From now on only the author's own devices let further ones of theirs in, as after `revokeDevice`. */
  | { type: 'guard' }
  | { type: 'rename'; name: string }
  | { type: 'setPolicy'; policy: GroupPolicy }
  /** Begins an epoch. `keys`: its key for the first devices. `wrapped`: keys of earlier epochs, encrypted under it. */
  | { type: 'rotateKey'; epoch: number; keyCheck: Uint8Array; wrapped: WrappedKey[]; keys: DeviceKey[] }
  /** The key of the author's own rotation for further devices. */
  | { type: 'shareKey'; epoch: number; keys: DeviceKey[] }

export type ActionType = Action['type']
export type ActionOf<Type extends ActionType> = Extract<Action, { type: Type }>

interface Codec<T> {
  encode(value: T): unknown
  /** `verify: false` only for what was checked before. Throws BAD_MESSAGE, BAD_CERTIFICATE. */
  read(value: unknown, verify: boolean): T
}
type Shape<Type extends ActionType> = {
  [Field in Exclude<keyof ActionOf<Type>, 'type'>]: Codec<ActionOf<Type>[Field]>
}

function plain<T>(read: (value: unknown) => T): Codec<T> {
  return { encode: value => value, read }
}
function listOf<T>(max: number, item: Codec<T>): Codec<T[]> {
  return {
    encode: list => list.map(one => item.encode(one)),
    read: (value, verify) => readList(value, max, one => item.read(one, verify))
  }
}

const NAME = plain(readName)
const HASH = plain(value => readBytes(value, 32))
const ROLE = plain<Role>(value => readChoice(value, ...ROLES))
const EPOCH = plain(value => readInteger(value, 0))
const SEQ = plain(value => readInteger(value, 0))
const HEX: Codec<string> = {
  encode: hex => Buffer.from(hex, 'hex'),
  read: value => Buffer.from(readBytes(value, 32)).toString('hex')
}
const ACCOUNT: Codec<AccountId> = { encode: accountKey, read: value => accountIdOf(readBytes(value, 32)) }
const ANY_ACCOUNT: Codec<AccountId | undefined> = {
  encode: account => (account === undefined ? null : accountKey(account)),
  read: value => (value === null ? undefined : accountIdOf(readBytes(value, 32)))
}
const DEVICE: Codec<PeerId> = { encode: peerKey, read: value => peerIdOf(readBytes(value, 32)) }
const CERTIFICATE: Codec<Certificate> = {
  encode: ({ bytes }) => bytes,
  read: (value, verify) => readCertificate(readBytes(value, 1, CERTIFICATE_BYTES), { verify })
}
const REQUEST: Codec<JoinRequest> = {
  encode: ({ bytes }) => bytes,
  read: (value, verify) => readJoinRequest(readBytes(value, 1, JOIN_REQUEST_BYTES), { verify })
}
const SEEN: Codec<Seen> = {
  encode: seen => [...seen].map(([device, seq]) => ({ device: peerKey(device), seq })),
  read: value =>
    new Map(
      readList(value, MAX_DEVICES, one => {
        const { device, seq } = readMap(one, 'device', 'seq')
        return [peerIdOf(readBytes(device, 32)), readInteger(seq, 0)] as const
      })
    )
}
const POLICY = plain<GroupPolicy>(value => {
  const fields = readMap(value, 'history', 'inviters', 'keyAgeMs', 'keyRecords')
  return {
    history: readBoolean(fields.history),
    inviters: readChoice(fields.inviters, ...INVITER_ROLES),
    keyAgeMs: readInteger(fields.keyAgeMs, KEY_AGE_MS.min, KEY_AGE_MS.max),
    keyRecords: readInteger(fields.keyRecords, KEY_RECORDS.min, KEY_RECORDS.max)
  }
})
const DEVICE_KEY: Codec<DeviceKey> = {
  encode: ({ device, sealed }) => ({ device: peerKey(device), sealed }),
  read(value) {
    const { device, sealed } = readMap(value, 'device', 'sealed')
    return { device: peerIdOf(readBytes(device, 32)), sealed: readBytes(sealed, SEALED_KEY_BYTES) }
  }
}
const WRAPPED_KEY = plain<WrappedKey>(value => {
  const { epoch, wrapped } = readMap(value, 'epoch', 'wrapped')
  return { epoch: readInteger(epoch, 0), wrapped: readBytes(wrapped, WRAPPED_KEY_BYTES) }
})

const SHAPES: { [Type in ActionType]: Shape<Type> } = {
  create: {
    name: NAME,
    kind: plain<FoundedKind>(value => readChoice(value, 'shared', 'direct', 'home')),
    owner: NAME,
    certificate: CERTIFICATE,
    keyCheck: HASH
  },
  invite: {
    key: HEX,
    role: ROLE,
    uses: plain(value => readInteger(value, 1, MAX_USES)),
    expiresAt: plain(value => readInteger(value, 0)),
    approval: plain(readBoolean),
    account: ANY_ACCOUNT
  },
  revokeInvitation: { key: HEX },
  join: { request: REQUEST },
  request: { request: REQUEST },
  accept: { request: HEX },
  decline: { request: HEX },
  setRole: { account: ACCOUNT, role: ROLE, seen: SEEN },
  transferOwnership: { account: ACCOUNT },
  remove: { account: ACCOUNT, seen: SEEN },
  leave: { seen: SEEN },
  recover: { request: REQUEST },
  addDevice: { certificate: CERTIFICATE },
  revokeDevice: { device: DEVICE, seen: SEQ },
  guard: {},
  rename: { name: NAME },
  setPolicy: { policy: POLICY },
  rotateKey: {
    epoch: EPOCH,
    keyCheck: HASH,
    wrapped: listOf(MAX_WRAPPED, WRAPPED_KEY),
    keys: listOf(MAX_KEYS, DEVICE_KEY)
  },
  shareKey: { epoch: EPOCH, keys: listOf(MAX_KEYS, DEVICE_KEY) }
}
const TYPES = Object.keys(SHAPES) as ActionType[]

/** The codecs of an action's fields, of whatever type it is. */
function fieldsOf(type: ActionType): [string, Codec<unknown>][] {
  return Object.entries(SHAPES[type])
}

/** The action as it is signed. */
export function encodeAction(action: Action): object {
  const values = new Map<string, unknown>(Object.entries(action))
  const encoded = fieldsOf(action.type).map(([name, codec]) => [name, codec.encode(values.get(name))])
  return { type: action.type, ...Object.fromEntries(encoded) }
}

/** Reads an action that somebody signed; throws BAD_MESSAGE, BAD_CERTIFICATE. `verify: false` only for our own store. */
export function readAction(value: unknown, verify: boolean): Action {
  if (typeof value !== 'object' || value === null || !('type' in value))
    throw coreError('BAD_MESSAGE', 'an action without a type')
  const type = readChoice(value.type, ...TYPES)
  const codecs = fieldsOf(type)
  const fields = readMap(value, 'type', ...codecs.map(([name]) => name))
  // The shape's codecs are typed by this very action's fields.
  return {
    type,
    ...Object.fromEntries(codecs.map(([name, codec]) => [name, codec.read(fields[name], verify)]))
  } as unknown as Action
}
