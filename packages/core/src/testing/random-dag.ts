import { createHash } from 'node:crypto'
import type { Action } from '../groups/action.ts'
import { epochOf } from '../groups/epoch-key.ts'
import { ROLES } from '../groups/role.ts'
import { history } from '../groups/history.ts'
import type { History } from '../groups/history.ts'
import type { JoinRequest } from '../groups/join-request.ts'
import type { Operation } from '../groups/operation.ts'
import { pastRefusal, refusal } from '../groups/permission.ts'
import { FIRST_POLICY } from '../groups/policy.ts'
import type { Certificate } from '../identity/certificate.ts'
import { accountIdOf, accountKey, peerIdOf } from '../ids.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { seededRandom } from './random.ts'

// Operations without signatures: what they say is all that resolving looks at, and signing would take most of the time.

/** A device's copy of the operations. */
export interface Copy {
  device: PeerId
  account: AccountId
  history: History
}

export interface RandomDag {
  copies: Copy[]
  operations: Operation[]
  random: () => number
  pick<T>(from: readonly T[]): T | undefined
}

const GROUP = 'bgroup' as GroupId
const EMPTY = new Uint8Array()

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

function certificateFor(person: number, device: number): Certificate {
  const account = accountIdOf(sha256(`account ${person}`))
  const id = peerIdOf(sha256(`device ${person} ${device}`))
  return { account, device: id, box: EMPTY, label: 'test', issuedAt: 0, bytes: EMPTY }
}

/** Certificates that nobody signed, of as many people. */
export function manyCertificates(count: number): Certificate[] {
  return Array.from({ length: count }, (_, person) => certificateFor(person, 0))
}

const PEOPLE = 7
const DEVICES = 2
const certificates = Array.from({ length: PEOPLE }, (_, person) =>
  Array.from({ length: DEVICES }, (__, device) => certificateFor(person, device))
)
const allCertificates = certificates.flat()
const invitationKeys = Array.from({ length: 64 }, (_, at) => Buffer.from(sha256(`invitation ${at}`)).toString('hex'))

let made = 0

/** An operation as its author would have signed it. */
export function forge(device: PeerId, parents: readonly string[], action: Action): Operation {
  const id = Buffer.from(sha256(`operation ${++made} ${device} ${action.type}`)).toString('hex')
  return { id, group: GROUP, device, parents: [...parents].sort(), time: made, action, bytes: EMPTY }
}

/**
 * People who found a group, invite, join, rise, fall, remove each other and add and revoke devices on copies that now
 * and then exchange what they have; every operation was permitted on the copy where it was made. Equal seeds give equal
 * graphs.
 */
export function randomDag(seed: number, { steps = 40, partition = false } = {}): RandomDag {
  made = 0
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const founder = allCertificates[0]
  if (!founder) throw new TypeError('nobody is there')
  const create = forge(founder.device, [], {
    type: 'create',
    name: 'Village',
    kind: 'shared',
    owner: 'founder',
    certificate: founder,
    keyCheck: new Uint8Array(32)
  })
  const copies: Copy[] = [
    { device: founder.device, account: founder.account, history: history([{ ...create, group: GROUP }]) }
  ]

  const act = (copy: Copy, action: Action): boolean => {
    const operation = forge(copy.device, copy.history.parents(), action)
    const { state } = copy.history
    if ((refusal(state, operation) ?? pastRefusal(state, operation)) !== undefined) return false
    copy.history.check(operation)
    copy.history.add(operation)
    return true
  }
  const settle = (from: Copy, certificate: Certificate): void => {
    if (copies.some(({ device }) => device === certificate.device)) return
    copies.push({
      device: certificate.device,
      account: certificate.account,
      history: history([...from.history.all()])
    })
  }
  /** Two sides that do not meet, when there is a partition. */
  const meet = (one: Copy, other: Copy): boolean => !partition || copies.indexOf(one) % 2 === copies.indexOf(other) % 2

  const step = (): void => {
    const copy = pick(copies)
    const other = pick(copies)
    const someone = pick(allCertificates)
    if (!copy || !other || !someone) return
    if (random() < 0.35) {
      if (meet(copy, other)) exchange(copy, other)
      return
    }
    const action = randomAction(copy, someone, random, pick)
    if (!action || !act(copy, action)) return
    if (action.type === 'join' || action.type === 'recover') settle(copy, action.request.certificate)
    if (action.type === 'addDevice') settle(copy, action.certificate)
    if (action.type === 'accept') {
      const kept = copy.history.get(action.request)?.action
      if (kept?.type === 'request') settle(copy, kept.request.certificate)
    }
  }
  // A few who may do something, so that histories soon become interesting.
  for (const role of ['owner', 'owner', 'admin', 'writer'] as const) letIn(copies[0], role)
  for (let at = 0; at < steps; at++) step()

  const operations = new Map(copies.flatMap(copy => [...copy.history.all()]).map(one => [one.id, one]))
  return { copies, operations: [...operations.values()], random, pick }

  function letIn(copy: Copy | undefined, role: 'owner' | 'admin' | 'writer'): void {
    const certificate = certificates[copies.length]?.[0]
    const key = invitationKeys[60 - copies.length]
    if (!copy || !certificate || key === undefined) return
    act(copy, { type: 'invite', key, role, uses: 1, expiresAt: 2 ** 40, approval: false, account: undefined })
    act(copy, { type: 'join', request: requestOf(copy, certificate, key) })
    settle(copy, certificate)
  }
}

/** Gives a copy what another one has more; every operation is checked as it is when it comes over the wire. */
export function exchange(to: Copy, from: Copy): void {
  for (const operation of from.history.since([])) {
    if (to.history.has(operation.id)) continue
    to.history.check(operation)
    to.history.add(operation)
  }
}

/** What somebody would show to a device. */
export function requestOf({ device }: { device: PeerId }, certificate: Certificate, invitation: string): JoinRequest {
  const nonce = sha256(`nonce ${++made}`)
  return { group: GROUP, invitation, admitter: device, certificate, name: 'somebody', nonce, bytes: EMPTY }
}

/** Anything that this copy might try; whether it may is for the rules to say. */
export function randomAction(
  copy: Copy,
  someone: Certificate,
  random: () => number,
  pick: <T>(from: readonly T[]) => T | undefined
): Action | undefined {
  const { state } = copy.history
  const role = pick(ROLES) ?? 'writer'
  const { account } = someone
  const seen = new Map([[someone.device, Math.floor(random() * 9)]])
  const invitation = pick([...state.invitations.values()])
  const request = pick([...state.requests.keys()])
  const kind = pick([
    'invite',
    'invite',
    'admit',
    'admit',
    'admit',
    'setRole',
    'setRole',
    'remove',
    'remove',
    'answer',
    'leave',
    'transfer',
    'device',
    'device',
    'rename',
    'policy',
    'rotate',
    'revoke'
  ] as const)
  switch (kind) {
    case 'invite': {
      const key = pick(invitationKeys)
      const [approval, named] = [random() < 0.3, random() < 0.2]
      const uses = 1 + Math.floor(random() * 2)
      return key === undefined
        ? undefined
        : { type: 'invite', key, role, uses, expiresAt: 2 ** 40, approval, account: named ? account : undefined }
    }
    case 'admit':
      return (
        invitation && {
          type: invitation.approval ? 'request' : 'join',
          request: requestOf(copy, someone, invitation.key)
        }
      )
    case 'answer':
      return request === undefined ? undefined : { type: random() < 0.7 ? 'accept' : 'decline', request }
    case 'setRole':
      return { type: 'setRole', account, role, seen }
    case 'remove':
      return { type: 'remove', account, seen }
    case 'leave':
      return random() < 0.3 ? { type: 'leave', seen } : undefined
    case 'transfer':
      return random() < 0.5 ? { type: 'transferOwnership', account } : undefined
    case 'device': {
      const word = Buffer.from(accountKey(account)).toString('hex')
      if (random() < 0.1) return { type: 'guard' }
      if (random() < 0.3) return { type: 'recover', request: requestOf(copy, someone, word) }
      return random() < 0.5
        ? { type: 'addDevice', certificate: someone }
        : { type: 'revokeDevice', device: someone.device, seen: 3 }
    }
    case 'rename':
      return { type: 'rename', name: `name ${Math.floor(random() * 5)}` }
    case 'policy': {
      const inviters = pick(['writer', 'admin', 'owner'] as const) ?? 'admin'
      return { type: 'setPolicy', policy: { ...FIRST_POLICY, inviters, history: random() < 0.5 } }
    }
    case 'rotate': {
      const keyCheck = sha256(`key ${++made}`)
      return { type: 'rotateKey', epoch: epochOf(state.generation + 1, keyCheck), keyCheck, wrapped: [], keys: [] }
    }
    case 'revoke':
      return invitation && { type: 'revokeInvitation', key: invitation.key }
    default:
      return undefined
  }
}
