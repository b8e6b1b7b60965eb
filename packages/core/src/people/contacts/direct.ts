import { decode, encode } from '@ipld/dag-cbor'
import { readBytes, readMap, readText } from '../../canonical.ts'
import type { Clock } from '../../clock.ts'
import { coreError, hasCode } from '../../errors.ts'
import type { CoreCode } from '../../errors.ts'
import type { Entry } from '../../log/entry.ts'
import type { Group } from '../../groups/group.ts'
import type { RecordKind } from '../../log/kind.ts'
import { takeIn } from '../../log/taking.ts'
import type { NodeGroups } from '../../groups/groups.ts'
import { LINK_LENGTH, encodeLink, readLink } from '../../groups/invitation.ts'
import { parseGroupId } from '../../ids.ts'
import type { AccountId, GroupId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Database } from '../../store/store.ts'
import type { DirectIndex } from './direct-index.ts'

const YEAR_MS = 365 * 24 * 3_600_000
const HOUR_MS = 3_600_000
const JOIN_MS = 20_000
/** One sealed copy for each of a person's devices. */
const SEALED_BYTES = 61_440
/** Invitations of one person that are looked at within an hour: each makes this node dial where they say. */
export const OFFERS_PER_HOUR = 8
/** People whose offers are counted. */
const REMEMBERED = 4_096
/** What asking again does not change. */
const HOPELESS: CoreCode[] = [
  'APPROVAL_DECLINED',
  'APPROVAL_PENDING',
  'BAD_INVITATION',
  'FORBIDDEN',
  'INVITATION_EXPIRED',
  'INVITATION_USED_UP',
  'REMOVED'
]

/** An invitation to a group of two, made for one person. */
export interface Offer {
  group: GroupId
  link: string
}

/** An offer, sealed for one member of the group that it is written to. */
export const directOffer: RecordKind<{ sealed: Uint8Array }> = {
  name: 'core/direct',
  role: 'reader',
  maxBytes: SEALED_BYTES + 64,
  parse: value => ({ sealed: readBytes(readMap(value, 'sealed').sealed, 1, SEALED_BYTES) })
}

/** The groups that this person shares with one other each. */
export interface Directs {
  /**
   * The group with a person; made and offered when there is none. Throws PERSON_UNKNOWN when they share no group with
   * this person and are no contact, or are blocked.
   */
  open(account: AccountId): Promise<Group>
  /** The offer for a person who is not in the group yet; undefined when there is none. */
  offer(account: AccountId): Promise<Offer | undefined>
  /** Takes the offer of somebody whose groups are wanted; joins in the background. */
  take(account: AccountId, offer: Offer): void
  /** Ends the offer to a person, and what they offer. */
  withdraw(account: AccountId): Promise<void>
}

export interface DirectsDeps {
  self: { account: AccountId }
  index: DirectIndex
  groups: Pick<NodeGroups, 'create' | 'define' | 'follow' | 'get' | 'join' | 'list' | 'withdraw'>
  peers: Pick<Peers, 'get' | 'list' | 'onChange'>
  addressesOf(device: PeerId): readonly string[]
  /** A contact, or somebody who is asked to become one: what they are called. */
  contact(account: AccountId): { name: string } | undefined
  isBlocked(account: AccountId): boolean
  database: Database
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/**
 * Whoever begins makes a group and an invitation in the other's name, which goes to them sealed in a group that both are
 * in, or by hand (`offer`). When both begin at once, both keep the group with the smaller id.
 */
export function startDirects(deps: DirectsDeps): Directs {
  const { self, index, groups, peers, database, clock, logger, signal } = deps
  const opening = new Map<AccountId, Promise<Group>>()
  const joining = new Set<GroupId>()
  const taken = new Map<AccountId, { count: number; since: number }>()
  const { prepare } = database
  const isSealed = prepare('SELECT 1 FROM direct_sealed WHERE group_id = ?')
  const noteSealed = prepare('INSERT OR IGNORE INTO direct_sealed VALUES (?)')
  const selectOffer = prepare('SELECT * FROM direct_offer WHERE account = ?')
  const selectOffers = prepare('SELECT account FROM direct_offer')
  const upsertOffer = prepare('INSERT OR REPLACE INTO direct_offer VALUES (?, ?, ?)')
  const deleteOffer = prepare('DELETE FROM direct_offer WHERE account = ? AND group_id = ?')

  const offered = (account: AccountId): Offer | undefined => {
    const row = selectOffer.get(account)
    return row && { group: parseGroupId(String(row.group_id)), link: String(row.link) }
  }
  const shared = (account: AccountId): Group | undefined =>
    groups.list().find(group => group.kind === 'shared' && group.member(account))

  const begin = async (account: AccountId): Promise<Group> => {
    const known = index.with(account)
    const group = known && groups.get(known.group)
    if (group && known.state === 'joined') return group
    const theirs = offered(account)
    if (theirs) return await join(account, theirs)

    const via = shared(account)
    const name = deps.contact(account)?.name ?? via?.nameOf(account)
    if (name === undefined || account === self.account || deps.isBlocked(account))
      throw coreError('PERSON_UNKNOWN', 'no contact of yours, and no group of yours has this person')
    const made = group ?? (await groups.create({ name: name || 'Somebody', kind: 'direct' }))
    const offer = await invite(made, account)
    if (via && !isSealed.get(made.id)) {
      await via.append(directOffer, { sealed: await via.seal(account, encode(offer)) })
      noteSealed.run(made.id)
    }
    return made
  }

  const invite = async (group: Group, account: AccountId): Promise<Offer> => {
    const known = group.invitations().find(one => one.account === account && one.link !== undefined)
    const { link } = known ?? (await group.invite({ role: 'owner', expiresInMs: YEAR_MS, account }))
    if (link === undefined) throw new TypeError('an invitation of this device has its link')
    return { group: group.id, link }
  }

  const join = async (account: AccountId, offer: Offer): Promise<Group> => {
    try {
      const group = await enter(offer, account)
      deleteOffer.run(account, offer.group)
      return group
    } catch (error) {
      if (hasCode(error, ...HOPELESS) && !signal.aborted) deleteOffer.run(account, offer.group)
      // The core would go on asking, and this was not the person's own wish.
      if (hasCode(error, 'APPROVAL_PENDING')) groups.withdraw(offer.group)
      throw error
    }
  }

  /** Joins what an offer leads to, and leaves at once when that is no group of two with the person. */
  const enter = async ({ group: id, link }: Offer, account: AccountId): Promise<Group> => {
    const known = groups.get(id)
    const controller = new AbortController()
    const cancel = clock.after(JOIN_MS, () => controller.abort(coreError('TIMEOUT', 'nobody let this device in')))
    try {
      const to = AbortSignal.any([signal, controller.signal])
      const group = known ?? (await groups.join(reachable(link, account), { signal: to }))
      if (group.kind === 'direct' && group.member(account) && group.members().length === 2) return group
      if (!known) await group.leave()
    } finally {
      cancel()
    }
    throw coreError('FORBIDDEN', 'the offer leads to no group of two with the person who made it')
  }

  /** The link with the person's connected devices first: any of them can let this one in. */
  const reachable = (link: string, account: AccountId): string => {
    const content = readLink(link)
    const connected = peers
      .list()
      .filter(peer => peer.account === account)
      .map(({ device }): [PeerId, string[]] => [device, [...deps.addressesOf(device)]])
    return encodeLink({ ...content, peers: new Map([...connected, ...content.peers]) })
  }

  /** False for a person whose offers come too often to be honest. */
  const isWelcome = (account: AccountId): boolean => {
    const now = clock.now()
    // Who is forgotten too soon gets a few more.
    if (taken.size >= REMEMBERED) taken.clear()
    const known = taken.get(account)
    const { count, since } = known && now - known.since < HOUR_MS ? known : { count: 0, since: now }
    taken.set(account, { count: count + 1, since })
    return count < OFFERS_PER_HOUR
  }

  const tryJoin = async (account: AccountId, offer: Offer): Promise<void> => {
    if (joining.has(offer.group)) return
    joining.add(offer.group)
    try {
      await join(account, offer)
    } catch (error) {
      if (signal.aborted) return
      const again = !hasCode(error, ...HOPELESS)
      logger.info('a group of two was not joined', { group: offer.group, again, error: String(error) })
    } finally {
      joining.delete(offer.group)
    }
  }
  /** Of all, or of those whose device this is: no stranger's coming makes this node dial where somebody said. */
  const joinAll = (by?: AccountId): void => {
    for (const { account } of selectOffers.all()) {
      if (by === undefined || by === account) joinOf(account as AccountId)
    }
  }

  /** Whether it was noted, and is to be joined. */
  const note = (account: AccountId, offer: Offer): boolean => {
    const used = index.with(account)
    const isBetter = !used || (used.state === 'offered' && offer.group < used.group)
    const known = offered(account)
    const isKnown = groups.get(offer.group) !== undefined || known?.group === offer.group
    if (!isBetter || isKnown || deps.isBlocked(account) || !isWelcome(account)) return false
    upsertOffer.run(account, offer.group, offer.link)
    return true
  }
  const unseal = (via: Group, sealed: Uint8Array): Offer | undefined => {
    try {
      const bytes = via.unseal(sealed)
      return bytes && readOffer(decode(bytes))
    } catch (error) {
      logger.info('a sealed offer could not be read', { group: via.id, error: String(error) })
      return undefined
    }
  }
  /** Whose offer it was, if it was noted. */
  const hear = ({ account, group, data }: Entry<{ sealed: Uint8Array }>): AccountId | undefined => {
    const via = groups.get(group)
    const offer = via && account !== self.account ? unseal(via, data.sealed) : undefined
    return offer && note(account, offer) ? account : undefined
  }
  const joinOf = (account: AccountId): void => {
    const offer = offered(account)
    if (offer) void tryJoin(account, offer)
  }

  const undefine = groups.define(directOffer)
  const unwatch = peers.onChange((event, device) => {
    const account = peers.get(device)?.account
    if (event === 'introduce' && account) joinAll(account)
  })
  signal.addEventListener('abort', () => {
    undefine()
    unwatch()
  })
  takeIn(
    { groups, clock, log: logger, signal },
    {
      kinds: [directOffer],
      place: database,
      take: hear,
      taken(accounts) {
        for (const account of new Set(accounts)) if (account !== undefined) joinOf(account)
      }
    }
  )
  joinAll()

  return {
    open(account) {
      const known = opening.get(account)
      if (known) return known
      const work = begin(account).finally(() => opening.delete(account))
      opening.set(account, work)
      return work
    },
    async offer(account) {
      const known = index.with(account)
      const group = known?.state === 'offered' ? groups.get(known.group) : undefined
      return group && (await invite(group, account))
    },
    take(account, offer) {
      if (note(account, offer)) void tryJoin(account, offer)
    },
    async withdraw(account) {
      const theirs = offered(account)
      if (theirs) deleteOffer.run(account, theirs.group)
      const known = index.with(account)
      const group = known?.state === 'offered' ? groups.get(known.group) : undefined
      for (const { id, account: named } of group?.invitations() ?? [])
        if (named === account) await group?.revokeInvitation(id)
    }
  }
}

/** Checks an offer that came from outside; throws BAD_MESSAGE, BAD_INVITATION. */
export function readOffer(value: unknown): Offer {
  const { group, link } = readMap(value, 'group', 'link')
  const offer = { group: parseGroupId(readText(group, 64)), link: readText(link, LINK_LENGTH) }
  if (readLink(offer.link).group !== offer.group) throw coreError('BAD_INVITATION', 'the link leads to another group')
  return offer
}
