import { decode, encode } from '@ipld/dag-cbor'
import { hasCode, parseGroupId, readLink, readMap, readText } from '@borgo/core'
import type { AccountId, CoreCode, Entry, Group, GroupId, PeerId, PluginContext } from '@borgo/core'
import { rtcError } from './codes.ts'
import type { RtcCode } from './codes.ts'
import type { DirectRow, Ledger } from './ledger.ts'
import { invitation, message } from './records.ts'

const YEAR_MS = 365 * 24 * 3_600_000
const JOIN_MS = 20_000
const LINK_LENGTH = 4_000
/** Invitations of one person that are looked at within an hour: each makes this node dial where they say. */
export const OFFERS_PER_HOUR = 8
const HOUR_MS = 3_600_000
/** What asking again does not change. */
const HOPELESS: (CoreCode | RtcCode)[] = [
  'APPROVAL_DECLINED',
  'APPROVAL_PENDING',
  'BAD_INVITATION',
  'CONVERSATION_UNKNOWN',
  'INVITATION_EXPIRED',
  'INVITATION_USED_UP',
  'REMOVED'
]

export interface Direct {
  /** The group of the conversation with a person; made and offered to them if there is none. */
  open(account: AccountId): Promise<Group>
  /** Takes an invitation that stands in the log; resolves when it is noted, joins in the background. */
  take(entry: Entry<{ sealed: Uint8Array }>): Promise<void>
  /** The other person of a conversation of two that is in use; undefined for one that another one replaced. */
  partner(group: Group): AccountId | undefined
}

/**
 * Conversations of two. Whoever begins makes a group and writes a sealed invitation into a group that both are in.
 * When both begin at once, both keep the group with the smaller id, and the messages of the other are sent again.
 */
export function startDirect(context: PluginContext, ledger: Ledger, changed: (group: GroupId) => void): Direct {
  const { groups, log, self } = context
  const opening = new Map<AccountId, Promise<Group>>()
  const joining = new Set<GroupId>()
  const offers = new Map<AccountId, { count: number; since: number }>()

  const shared = (account: AccountId): Group | undefined =>
    groups.list().find(group => group.kind === 'shared' && group.member(account))

  const begin = async (account: AccountId): Promise<Group> => {
    const row = ledger.direct(account)
    const known = row && groups.get(row.group)
    if (known && row.state === 'open') return known
    if (row?.state === 'invited') return await join(row)

    const via = shared(account)
    const other = via?.member(account)
    if (!via || !other || account === self.account)
      throw rtcError('PERSON_UNKNOWN', 'no group of yours has this person')
    const group = known ?? (await groups.create({ name: other.name, kind: 'direct' }))
    ledger.setDirect({ account, group: group.id, state: 'created', link: undefined })
    const { link } = await group.invite({ role: 'owner', expiresInMs: YEAR_MS })
    const sealed = await via.seal(account, encode({ group: group.id, link }))
    await via.append(invitation, { sealed })
    // Meanwhile the other's invitation may have won.
    if (ledger.direct(account)?.group === group.id)
      ledger.setDirect({ account, group: group.id, state: 'open', link: undefined })
    return group
  }

  const join = async (row: DirectRow): Promise<Group> => {
    if (row.link === undefined) throw new TypeError('nothing to join')
    try {
      const group = await enter(row.group, row.link, row.account)
      ledger.setDirect({ ...row, state: 'open', link: undefined })
      await resend(row.account, group)
      changed(group.id)
      return group
    } catch (error) {
      // Another invitation may have come meanwhile.
      const isHopeless = hasCode(error, ...HOPELESS) && ledger.direct(row.account)?.group === row.group
      if (isHopeless && !context.signal.aborted) ledger.dropDirect(row.account)
      // The core would go on asking, and this was not the person's own wish.
      if (hasCode(error, 'APPROVAL_PENDING')) groups.withdraw(row.group)
      throw error
    }
  }

  /** Joins what an invitation leads to, and leaves at once when that is no conversation of two. */
  const enter = async (id: GroupId, link: string, account: AccountId): Promise<Group> => {
    const known = groups.get(id)
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(JOIN_MS)])
    const group = known ?? (await groups.join(link, { signal }))
    if (isOfTwo(group, account)) return group
    if (!known) await group.leave()
    throw rtcError('CONVERSATION_UNKNOWN', 'the invitation leads to no conversation of two')
  }

  const isOfTwo = (group: Group, account: AccountId): boolean =>
    group.kind === 'direct' && group.member(account) !== undefined && group.members().length === 2

  /** False for a person whose invitations come too often to be honest. */
  const isWelcome = (account: AccountId): boolean => {
    const now = context.clock.now()
    const known = offers.get(account)
    const { count, since } = known && now - known.since < HOUR_MS ? known : { count: 0, since: now }
    offers.set(account, { count: count + 1, since })
    return count < OFFERS_PER_HOUR
  }

  /** What was written into a group of ours that lost against this one. */
  const resend = async (account: AccountId, into: Group): Promise<void> => {
    const lost = groups
      .list()
      .filter(group => group.kind === 'direct' && group.id !== into.id && group.members().length === 1)
    for (const group of lost) {
      if (ledger.replaced(group.id) !== account) continue
      const { entries } = group.page([message], { limit: 1_000 })
      for (const { data } of entries) await into.append(message, { text: data.text, reply: null })
      ledger.setReplaced(group.id, undefined)
    }
  }

  const tryJoin = async (row: DirectRow): Promise<void> => {
    if (joining.has(row.group)) return
    joining.add(row.group)
    try {
      await join(row)
    } catch (error) {
      if (context.signal.aborted) return
      const again = !hasCode(error, ...HOPELESS)
      log.info('a conversation was not joined', { group: row.group, again, error: String(error) })
    } finally {
      joining.delete(row.group)
    }
  }

  const open = async (sealedFor: Group, sealed: Uint8Array): Promise<{ group: GroupId; link: string } | undefined> => {
    const bytes = await sealedFor.unseal(sealed)
    if (!bytes) return undefined
    const { group, link } = readMap(decode(bytes), 'group', 'link')
    const offered = { group: parseGroupId(readText(group, 64)), link: readText(link, LINK_LENGTH) }
    if (readLink(offered.link).group !== offered.group) throw new TypeError('the link leads to another group')
    return offered
  }

  /** Of all, or of those whose device this is: no stranger's coming makes this node dial where somebody said. */
  const joinAll = (device?: PeerId): void => {
    for (const row of ledger.directs()) {
      const isConcerned = device === undefined || shared(row.account)?.member(row.account)?.devices.includes(device)
      if (row.state === 'invited' && isConcerned) void tryJoin(row)
    }
  }
  context.peers.onChange((event, device) => {
    if (event === 'introduce') joinAll(device)
  })
  joinAll()

  return {
    open(account) {
      const known = opening.get(account)
      if (known) return known
      const work = begin(account).finally(() => opening.delete(account))
      opening.set(account, work)
      return work
    },
    async take({ account, group: via, data }) {
      const from = groups.get(via)
      if (!from || account === self.account) return
      const offered = await open(from, data.sealed).catch((error: unknown) => {
        log.info('a sealed invitation could not be read', { group: via, error: String(error) })
        return undefined
      })
      if (!offered) return
      const row = ledger.direct(account)
      const own = row && groups.get(row.group)
      const established = row?.state === 'open' && own && own.members().length > 1
      if (established || row?.group === offered.group) return
      if (own && own.id < offered.group) return
      // A group that this person is in already needs no invitation.
      if (groups.get(offered.group) || !isWelcome(account)) return
      if (own) ledger.setReplaced(own.id, account)
      const next: DirectRow = { account, group: offered.group, state: 'invited', link: offered.link }
      ledger.setDirect(next)
      void tryJoin(next)
    },
    partner(group) {
      const other = group.members().find(({ account }) => account !== self.account)?.account
      if (other) return ledger.direct(other)?.group === group.id ? other : undefined
      return ledger.directs().find(row => row.group === group.id)?.account
    }
  }
}
