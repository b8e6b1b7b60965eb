import type { Clock } from '../clock.ts'
import type { Group } from '../groups/group.ts'
import type { NodeGroups } from '../groups/groups.ts'
import type { Membership } from '../groups/membership.ts'
import type { Identity } from '../identity/identity.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Log } from '../log/log.ts'
import type { Addresses } from '../peers/addresses.ts'
import type { Logger } from '../logger.ts'
import type { Directory } from '../peers/directory.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import type { Activities, Activity } from './activities.ts'
import { startActivities } from './activities-desk.ts'
import { startAsking } from './contacts/asking.ts'
import { startBlocking } from './contacts/blocking.ts'
import { openContactBook } from './contacts/book.ts'
import { issueCard } from './contacts/card.ts'
import type { Contacts } from './contacts/contact.ts'
import { createContacts } from './contacts/contacts.ts'
import type { Met } from './contacts/contacts.ts'
import type { DirectIndex } from './contacts/direct-index.ts'
import { startDirects } from './contacts/direct.ts'
import { requestStore } from './contacts/requests.ts'
import type { Home } from './home.ts'
import type { NearMe } from './near.ts'
import type { Apps, Objects } from './objects.ts'
import { standings } from './standings.ts'
import type { Presences } from './presence.ts'
import { startShowing } from './showing.ts'

export type PeopleEvent =
  /** Somebody became a contact, asks, or is known in another way than before. */
  | { type: 'contact'; account: AccountId }
  /** The group with a person is another one than before, or they came into it. */
  | { type: 'direct'; account: AccountId; group: GroupId }
  /** How somebody is, or what this person decided about it. */
  | { type: 'presence'; account: AccountId }
  /** An object was published, changed, withdrawn or expired, or its person went. */
  | { type: 'object'; account: AccountId; id: string }
  | { type: 'app'; account: AccountId; id: string }
  /** Who is near, or whether this person shows themselves. */
  | { type: 'near'; account: AccountId }
  /** Somebody invites, or an invitation was answered, taken back or is over. */
  | { type: 'activity'; activity: Activity }
  /** Whose invitations ring. */
  | { type: 'ringers' }

/** Other people, and what this person shows them. */
export interface People {
  readonly contacts: Contacts
  readonly presence: Presences
  readonly near: NearMe
  readonly objects: Objects
  readonly apps: Apps
  readonly activities: Activities
  /**
   * The group with one other person; made and offered to them when there is none, also while they are away. Then throws
   * PERSON_UNKNOWN for who is no contact and shares no group, and for the blocked.
   */
  direct(account: AccountId): Promise<Group>
  /** The other person of a group of two. Undefined for one that another took the place of before they came. */
  partner(group: GroupId): AccountId | undefined
  /** Groups with a person that another one took the place of before they came: what stands in them was read by nobody. */
  replaced(account: AccountId): GroupId[]
  /** Ends with the plugin; returns its undo. A listener that throws is logged. */
  onChange(listener: (event: PeopleEvent) => void): () => void
}

export interface NodePeople extends People {
  isContact(device: PeerId): boolean
  /** Devices that should be connected, though they may share no group. */
  wanted(): PeerId[]
  /** Devices that must not be connected. */
  unwanted(): PeerId[]
  stop(): void
}

export interface PeopleDeps {
  identity: Identity
  database: Database
  membership: Membership
  index: DirectIndex
  groups: NodeGroups
  home: Home
  log: Pick<Log, 'page'>
  network: Pick<Network, 'denials' | 'deny' | 'onDiscovered'>
  streams: Pick<Streams, 'handle' | 'open'>
  peers: Directory
  addresses: Addresses
  clock: Clock
  logger: Logger
}

export function createPeople(deps: PeopleDeps): NodePeople {
  const { identity, database, membership, index, groups, network, streams, peers, addresses, clock, logger } = deps
  const { account: self } = identity
  const controller = new AbortController()
  const { signal } = controller
  const { on: onChange, tell } = listeners<[event: PeopleEvent]>(error =>
    logger.error('a listener of people failed', { error: String(error) })
  )

  const book = openContactBook({ ...deps, self, signal })
  const standing = standings({ self, membership, peers, book })
  const requests = requestStore(database)
  const contactChanged = (account: AccountId): void => tell({ type: 'contact', account })

  const connected = (account: AccountId): PeerId[] =>
    peers.list().flatMap(peer => (peer.account === account ? [peer.device] : []))

  const card = (): Uint8Array => {
    const others = deps.home.devices().map(({ device }) => device)
    const all = [identity.device, ...others.filter(device => device !== identity.device)]
    return issueCard(
      identity,
      all.map((device): [PeerId, readonly string[]] => [device, addresses.addressesOf(device)])
    )
  }
  const met = (account: AccountId): Met | undefined => {
    const here = connected(account)
    const member = groups.list().flatMap(group => group.member(account) ?? [])[0]
    const name = member?.name ?? here.map(device => peers.get(device)?.name)[0]
    if (name === undefined) return undefined
    const devices = new Set([...here, ...(member?.devices ?? [])])
    return { name, devices: new Map([...devices].map(device => [device, addresses.addressesOf(device)])) }
  }

  const directs = startDirects({
    self: identity,
    index,
    groups,
    peers,
    addressesOf: addresses.addressesOf,
    contact: account => (book.get(account).mine === 'yes' ? book.get(account) : undefined),
    isBlocked: account => book.get(account).blocked,
    database,
    clock,
    logger,
    signal
  })
  const asking = startAsking({
    self,
    card,
    book,
    requests,
    directs,
    isLockedOut: standing.isLockedOut,
    isOffering: account => index.with(account)?.state === 'offered',
    peers,
    streams,
    changed: contactChanged,
    clock,
    logger,
    signal
  })
  const contacts = createContacts({
    self: identity,
    card,
    book,
    requests,
    index,
    directs,
    asking,
    nameIn: (group, account) => groups.get(group)?.nameOf(account),
    met,
    changed: contactChanged
  })
  const showing = startShowing({
    ...deps,
    self,
    device: identity.device,
    standings: standing,
    changed(account, what, id = '') {
      tell(what === 'object' || what === 'app' ? { type: what, account, id } : { type: what, account })
    },
    signal
  })
  const activities = startActivities({
    ...deps,
    self,
    index,
    groups,
    open: account => directs.open(account),
    isBlocked: account => book.get(account).blocked,
    isContact: standing.isContact,
    ringersChanged: () => tell({ type: 'ringers' }),
    changed: activity => tell({ type: 'activity', activity }),
    clock,
    logger,
    signal
  })
  const stopBlocking = startBlocking({ book, network, peers, accountOf: standing.accountOf, logger })

  const learn = (account: AccountId): void => {
    for (const [device, list] of Object.entries(book.get(account).devices))
      addresses.onAddresses(device as PeerId, list)
  }
  for (const account of book.accounts()) learn(account)
  book.onChange(account => {
    learn(account)
    showing.look(connected(account))
    contactChanged(account)
  })
  const { presence, near, objects, apps } = showing
  const unwatch = index.onChange((account, group) => {
    asking.look(account)
    tell({ type: 'direct', account, group })
  })
  const stops = [
    () => asking.stop(),
    () => showing.stop(),
    () => activities.stop(),
    stopBlocking,
    unwatch,
    // Who shares a group may see more, and a device that was locked out less.
    membership.onChange(group => {
      const account = index.partner(group)
      showing.look(account === undefined ? [] : connected(account))
    })
  ]

  return {
    contacts,
    presence,
    near,
    objects,
    apps,
    activities,
    direct: account => directs.open(account),
    partner: group => index.partner(group),
    replaced: account => index.replaced(account),
    onChange,
    isContact: device => standing.of(device).isContact,
    unwanted: () => book.accounts().flatMap(account => (book.get(account).blocked ? standing.devicesOf(account) : [])),
    wanted: () =>
      book.accounts().flatMap(account => {
        const { devices, mine } = book.get(account)
        return mine === 'yes' ? (Object.keys(devices) as PeerId[]) : []
      }),
    stop() {
      controller.abort(new Error('stopped'))
      for (const stop of stops) stop()
    }
  }
}
