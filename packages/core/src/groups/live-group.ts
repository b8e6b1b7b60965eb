import { randomBytes } from 'node:crypto'
import type { BroadcastService } from '../broadcast/broadcast.ts'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { readCertificate } from '../identity/certificate.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { Identity } from '../identity/identity.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { Log } from '../log/log.ts'
import { MAX_USES } from './action.ts'
import type { Action, Seen } from './action.ts'
import { audit } from './audit.ts'
import { generationOf } from './epoch-key.ts'
import { exportGroup } from './export.ts'
import type { Group, Invitation, Member } from './group.ts'
import { SECRET_BYTES, encodeLink } from './invitation.ts'
import type { Membership } from './membership.ts'
import { openSealed, sealFor } from './personal-seal.ts'
import { changedPolicy } from './policy.ts'
import type { GroupState, InvitationState, MemberState } from './state.ts'
import { whomToAsk } from './whom-to-ask.ts'
import type { WhomToAskDeps } from './whom-to-ask.ts'

const DAY_MS = 86_400_000
const DEFAULT_EXPIRY_MS = 7 * DAY_MS
const MAX_EXPIRY_MS = 365 * DAY_MS
const DEFAULT_FETCHED = 50

export interface LiveGroupDeps extends WhomToAskDeps {
  identity: Identity
  membership: Membership
  log: Pick<
    Log,
    | 'append'
    | 'page'
    | 'entry'
    | 'vector'
    | 'storage'
    | 'export'
    | 'clockSkewOf'
    | 'isStopped'
    | 'scope'
    | 'setScope'
    | 'fetch'
  >
  broadcast: Pick<BroadcastService, 'send'>
  /** Whether this node would be connected to a device if that were there. */
  isMissed(group: GroupId, device: PeerId): boolean
  clock: Clock
}

/** A group as plugins see it. Throws GROUP_UNKNOWN. */
export function liveGroup(id: GroupId, deps: LiveGroupDeps): Group {
  const { identity, membership, log, broadcast, peers, clock } = deps
  const present = (): GroupState | undefined => membership.state(id)
  const initial = present()
  if (!initial || initial.kind === 'home') throw coreError('GROUP_UNKNOWN', 'this device is no member of the group')
  const { kind, name: title } = initial
  const joinedAt = membership.joinedAt(id)
  const state = (): GroupState => membership.history(id).state
  let lastRole = initial.members.get(identity.account)?.role ?? 'relay'

  const isOnline = (devices: readonly PeerId[]): boolean =>
    devices.some(device => device === identity.device || peers.get(device) !== undefined)
  const toMember = ({ account, name, role, devices, joinedAt }: MemberState): Member => {
    const list = [...devices.keys()]
    const online = account === identity.account || isOnline(list)
    const skews = list.flatMap(device => log.clockSkewOf(device) ?? [])
    const clockSkewMs = skews.sort((a, b) => Math.abs(b) - Math.abs(a))[0]
    const mayBeOnline = !online && !list.every(device => deps.isMissed(id, device))
    const stoppedDevices = list.filter(device => log.isStopped(id, device))
    return { account, name, role, devices: list, stoppedDevices, online, mayBeOnline, joinedAt, clockSkewMs }
  }
  const find = (who: AccountId | PeerId): MemberState | undefined => {
    const now = present()
    const account = now?.accounts.get(who as PeerId) ?? (who as AccountId)
    return now?.members.get(account)
  }
  const found = (account: AccountId): MemberState => {
    const member = find(account)
    if (!member) throw coreError('MEMBER_UNKNOWN', `${account} is no member of ${title}`)
    return member
  }
  const act = (action: Action, options?: { link?: string }): void => void membership.act(id, action, options)
  const petition = (request: string): string => {
    if (!present()?.requests.has(request)) throw coreError('PETITION_UNKNOWN', 'nobody waits under this id')
    return request
  }
  /** How far the records of these devices are here. */
  const seen = (devices: Iterable<PeerId>): Seen => {
    const vector = log.vector(id)
    return new Map([...devices].map(device => [device, vector.get(device) ?? 0]))
  }
  /** What is written from now on must not be read by who has left. */
  const refreshKey = (): void => {
    if (membership.mustRotate(id)) membership.rotate(id)
  }

  const toInvitation = ({ key, ...rest }: InvitationState): Invitation => ({
    id: key,
    link: membership.links(id).get(key),
    ...rest
  })

  return {
    id,
    kind,
    name: title,
    joinedAt,
    get role() {
      return (lastRole = present()?.members.get(identity.account)?.role ?? lastRole)
    },
    get policy() {
      return state().policy
    },
    get key() {
      const { epoch, epochs } = state()
      return { startedAt: epochs.get(epoch)?.startedAt ?? 0, generation: generationOf(epoch) }
    },
    members: () => [...(present()?.members.values() ?? [])].map(toMember),
    member(who) {
      const member = find(who)
      return member && toMember(member)
    },
    nameOf: account => state().members.get(account)?.name ?? state().formerNames.get(account),
    async invite({ role = 'writer', uses = 1, expiresInMs = DEFAULT_EXPIRY_MS, approval = false, account } = {}) {
      checkRange('uses', uses, kind === 'direct' ? 1 : MAX_USES)
      checkRange('expiresInMs', expiresInMs, MAX_EXPIRY_MS)
      const secret = Uint8Array.from(randomBytes(SECRET_BYTES))
      const key = Buffer.from(signingKey(secret).publicKey).toString('hex')
      const link = encodeLink({ group: id, name: title, peers: whomToAsk(id, deps), secret })
      const expiresAt = clock.now() + expiresInMs
      const invitation = { role, uses, expiresAt, approval, account }
      act({ type: 'invite', key, ...invitation }, { link })
      return { id: key, link, used: 0, by: identity.account, ...invitation }
    },
    invitations: () =>
      [...(present()?.invitations.values() ?? [])]
        .filter(({ uses, used, expiresAt }) => used < uses && clock.now() <= expiresAt)
        .map(toInvitation),
    async revokeInvitation(key) {
      act({ type: 'revokeInvitation', key })
    },
    petitions: () =>
      [...(present()?.requests.values() ?? [])]
        .map(({ id: request, request: { certificate, name }, role, askedAt }) => ({
          id: request,
          account: certificate.account,
          name,
          role,
          askedAt
        }))
        .sort((a, b) => a.askedAt - b.askedAt),
    async accept(request) {
      act({ type: 'accept', request: petition(request) })
    },
    async decline(request) {
      act({ type: 'decline', request: petition(request) })
    },
    async setRole(account, role) {
      const member = found(account)
      if (member.role !== role) act({ type: 'setRole', account, role, seen: seen(member.devices.keys()) })
    },
    async transferOwnership(account) {
      found(account)
      act({ type: 'transferOwnership', account })
    },
    async remove(account) {
      act({ type: 'remove', account, seen: seen(found(account).devices.keys()) })
    },
    async leave() {
      act({ type: 'leave', seen: seen(found(identity.account).devices.keys()) })
    },
    async setPolicy(changes) {
      act({ type: 'setPolicy', policy: changedPolicy(state().policy, changes) })
    },
    async rotateKey() {
      membership.rotate(id)
    },
    async addDevice(bytes) {
      const certificate = readCertificate(bytes)
      const { account, device } = certificate
      if (present()?.accounts.get(device) !== account) act({ type: 'addDevice', certificate })
      // Who is a member is answered without an invitation: the secret opens nothing.
      const secret = Uint8Array.from(randomBytes(SECRET_BYTES))
      return encodeLink({ group: id, name: title, peers: whomToAsk(id, deps), secret })
    },
    async revokeDevice(device) {
      act({ type: 'revokeDevice', device, seen: log.vector(id).get(device) ?? 0 })
    },
    audit: query => audit(membership.history(id), query),
    async append(kindOfRecord, data, options) {
      refreshKey()
      return await log.append(id, kindOfRecord, data, options)
    },
    page: (kinds, options) => log.page(id, kinds, options),
    entry: record => log.entry(id, record),
    vector: () => log.vector(id),
    get scope() {
      return log.scope(id)
    },
    async setScope({ kinds, maxAgeMs }) {
      log.setScope(id, { kinds, maxAgeMs })
    },
    fetchLeftOut: ({ kinds, limit = DEFAULT_FETCHED, signal } = {}) =>
      log.fetch(id, { kinds: kinds?.map(one => one.name), limit, signal }),
    storage: () => log.storage(id),
    export: ({ signal } = {}) =>
      exportGroup({
        group: { id, name: title, kind },
        operations: membership.since(id, []),
        records: log.export(id, { signal }),
        now: clock.now()
      }),
    async broadcast(channel, data) {
      refreshKey()
      await broadcast.send(id, channel, data)
    },
    async seal(to, bytes) {
      return sealFor(found(to).devices.values(), id, bytes)
    },
    unseal: bytes => openSealed(identity, id, bytes)
  }
}

function checkRange(what: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max)
    throw new TypeError(`${what} is a whole number from 1 to ${max}`)
}
