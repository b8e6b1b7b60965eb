import { decode, encode } from '@ipld/dag-cbor'
import { hasCode, parseGroupId, readMap, readText } from '@borgo/core'
import type { AccountId, Entry, Group, GroupId, PluginContext } from '@borgo/core'
import { rtcError } from './codes.ts'
import type { DirectRow, Ledger } from './ledger.ts'
import { invitation, message } from './records.ts'

const YEAR_MS = 365 * 24 * 3_600_000
const JOIN_MS = 20_000
const LINK_LENGTH = 4_000

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
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(JOIN_MS)])
    const group = await groups.join(row.link, { signal })
    ledger.setDirect({ ...row, state: 'open', link: undefined })
    await resend(row.account, group)
    changed(group.id)
    return group
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
      const hopeless = hasCode(error, 'BAD_INVITATION', 'INVITATION_EXPIRED', 'INVITATION_USED_UP')
      if (hopeless) ledger.dropDirect(row.account)
      log.info('a conversation was not joined', { group: row.group, again: !hopeless, error: String(error) })
    } finally {
      joining.delete(row.group)
    }
  }

  const open = async (sealedFor: Group, sealed: Uint8Array): Promise<{ group: GroupId; link: string } | undefined> => {
    const bytes = await sealedFor.unseal(sealed)
    if (!bytes) return undefined
    const { group, link } = readMap(decode(bytes), 'group', 'link')
    return { group: parseGroupId(readText(group, 64)), link: readText(link, LINK_LENGTH) }
  }

  const joinAll = (): void => {
    for (const row of ledger.directs()) if (row.state === 'invited') void tryJoin(row)
  }
  context.peers.onChange(event => {
    if (event === 'introduce') joinAll()
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
