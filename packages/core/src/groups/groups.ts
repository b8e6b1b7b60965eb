import { randomBytes } from 'node:crypto'
import type { BroadcastService } from '../broadcast/broadcast.ts'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { localName } from '../identity/identity.ts'
import type { Identity } from '../identity/identity.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { SharedGroups } from '../host/host.ts'
import type { Log } from '../log/log.ts'
import type { Addresses } from '../log/session.ts'
import type { Logger } from '../logger.ts'
import type { Peers } from '../peers/peers.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { serveJoins } from './admission.ts'
import type { Group, Invitation, Member } from './group.ts'
import { SECRET_BYTES, encodeLink, readLink } from './invitation.ts'
import { join } from './join.ts'
import type { Membership } from './membership.ts'
import { MAX_USES } from './operation.ts'
import { openSealed, sealFor } from './personal-seal.ts'
import type { GroupState, InvitationState, MemberState } from './resolve.ts'

const DAY_MS = 86_400_000
const DEFAULT_EXPIRY_MS = 7 * DAY_MS
const MAX_EXPIRY_MS = 365 * DAY_MS

export interface GroupsDeps {
  identity: Identity
  membership: Membership
  log: Pick<Log, 'append' | 'page' | 'entry' | 'vector' | 'define' | 'follow' | 'search'>
  broadcast: Pick<BroadcastService, 'send' | 'listen'>
  network: Pick<Network, 'dial' | 'addresses'>
  streams: Pick<Streams, 'handle' | 'open'>
  peers: Pick<Peers, 'get' | 'onChange'>
  /** Where other members can be reached, for the links. */
  addresses: Pick<Addresses, 'addressesOf'>
  clock: Clock
  logger: Logger
}

/** `Groups` before it is bound to a plugin, for as long as the node runs. */
export interface NodeGroups extends SharedGroups {
  /** Admits nobody from now on and tells nobody of changes. */
  stop(): void
}

/** The groups of this node: membership, records and broadcast as one. */
export function createGroups(deps: GroupsDeps): NodeGroups {
  const { identity, membership, log, broadcast, peers, logger } = deps
  const listeners = new Set<(group: Group) => void>()
  const shown = new Map<GroupId, Group>()

  const show = (id: GroupId): Group => {
    const group = shown.get(id) ?? createGroup(id, deps)
    shown.set(id, group)
    return group
  }
  const isMember = (id: GroupId): boolean => membership.state(id) !== undefined
  const tell = (id: GroupId): void => {
    if (!isMember(id) && !shown.has(id)) return
    const group = show(id)
    for (const listener of [...listeners]) {
      try {
        listener(group)
      } catch (error) {
        // One plugin's mistake is not the others' loss.
        logger.error('a listener of changes failed', { group: id, error: String(error) })
      }
    }
  }
  for (const id of membership.groups()) show(id)

  const stops = [
    serveJoins({ self: identity.device, ...deps }),
    membership.onChange(tell),
    peers.onChange((event, device) => {
      if (event === 'introduce') return
      for (const id of membership.groups()) if (membership.accountOf(id, device) !== undefined) tell(id)
    })
  ]

  return {
    async create({ name, kind = 'shared' }) {
      return show(membership.create({ name: localName(name), kind }))
    },
    async join(text, { signal } = {}) {
      const link = readLink(text)
      if (!isMember(link.group)) await join(link, deps, signal)
      return show(link.group)
    },
    list: () => membership.groups().map(show),
    get: id => (isMember(id) ? show(id) : undefined),
    define: kind => log.define(kind),
    follow: (kinds, options) => log.follow(kinds, options),
    search: (query, options) => log.search(query, options),
    listen: (channel, receive) =>
      broadcast.listen(channel, message => {
        if (isMember(message.group)) receive({ ...message, group: show(message.group) })
      }),
    onChange(listener) {
      // A function of its own, so that one listener registered twice is undone once.
      const own = (group: Group): void => listener(group)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    stop() {
      for (const stop of stops) stop()
    }
  }
}

function createGroup(id: GroupId, deps: GroupsDeps): Group {
  const { identity, membership, log, broadcast, network, peers, addresses, clock } = deps
  const present = (): GroupState | undefined => membership.state(id)
  const initial = present()
  if (!initial) throw coreError('GROUP_UNKNOWN', 'this device is no member of the group')
  const joinedAt = membership.joinedAt(id)
  // What is shown after the membership was lost.
  let last = initial
  const state = (): GroupState => (last = present() ?? last)

  const isOnline = (devices: readonly PeerId[]): boolean =>
    devices.some(device => device === identity.device || peers.get(device) !== undefined)
  const toMember = ({ account, name, role, devices, joinedAt }: MemberState): Member => {
    const list = [...devices.keys()]
    const online = account === identity.account || isOnline(list)
    return { account, name, role, devices: list, online, joinedAt }
  }
  const find = (who: AccountId | PeerId): MemberState | undefined => {
    const now = present()
    const account = now?.accounts.get(who as PeerId) ?? (who as AccountId)
    return now?.members.get(account)
  }

  /** This node, then the members' devices that are connected, then the others. */
  const reachable = (): Map<PeerId, string[]> => {
    const others = membership.devices(id).filter(device => device !== identity.device)
    const sorted = others.sort((a, b) => Number(isOnline([b])) - Number(isOnline([a])))
    const known = sorted.map((device): [PeerId, string[]] => [device, [...addresses.addressesOf(device)]])
    return new Map([[identity.device, network.addresses()], ...known])
  }

  const toInvitation = ({ key, role, uses, used, expiresAt }: InvitationState): Invitation => ({
    id: key,
    link: membership.links(id).get(key),
    role,
    uses,
    used,
    expiresAt
  })

  return {
    id,
    kind: initial.kind,
    name: initial.name,
    joinedAt,
    get role() {
      return state().members.get(identity.account)?.role ?? 'reader'
    },
    members: () => [...(present()?.members.values() ?? [])].map(toMember),
    member(who) {
      const found = find(who)
      return found && toMember(found)
    },
    async invite({ role = 'writer', uses = 1, expiresInMs = DEFAULT_EXPIRY_MS } = {}) {
      checkRange('uses', uses, initial.kind === 'direct' ? 1 : MAX_USES)
      checkRange('expiresInMs', expiresInMs, MAX_EXPIRY_MS)
      const secret = Uint8Array.from(randomBytes(SECRET_BYTES))
      const key = Buffer.from(signingKey(secret).publicKey).toString('hex')
      const link = encodeLink({ group: id, name: initial.name, peers: reachable(), secret })
      const expiresAt = clock.now() + expiresInMs
      membership.act(id, { type: 'invite', key, role, uses, expiresAt }, { link })
      return { id: key, link, role, uses, used: 0, expiresAt }
    },
    async setRole(account, role) {
      if (!find(account)) throw coreError('MEMBER_UNKNOWN', `${account} is no member of ${initial.name}`)
      if (find(account)?.role !== role) membership.act(id, { type: 'setRole', account, role })
    },
    invitations: () =>
      [...(present()?.invitations.values() ?? [])]
        .filter(({ uses, used, expiresAt }) => used < uses && clock.now() <= expiresAt)
        .map(toInvitation),
    append: (kind, data) => log.append(id, kind, data),
    page: (kinds, options) => log.page(id, kinds, options),
    entry: record => log.entry(id, record),
    vector: () => log.vector(id),
    broadcast: (channel, data) => broadcast.send(id, channel, data),
    async seal(to, bytes) {
      const member = find(to)
      if (!member) throw coreError('MEMBER_UNKNOWN', `${to} is no member of ${initial.name}`)
      return sealFor(member.devices.values(), id, bytes)
    },
    unseal: async bytes => openSealed(identity, id, bytes)
  }
}

function checkRange(what: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max)
    throw new TypeError(`${what} is a whole number from 1 to ${max}`)
}
