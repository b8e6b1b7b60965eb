import type { Membership } from '../../groups/membership.ts'
import type { GroupState } from '../../groups/state.ts'
import type { AccountId, GroupId } from '../../ids.ts'
import { listeners } from '../../listeners.ts'

/**
 * `joined`: both are in it. `offered`: the other was invited by name and has not come yet. `left`: the other has been in
 * it and is gone.
 */
export type DirectState = 'joined' | 'offered' | 'left'

interface Direct {
  group: GroupId
  account: AccountId
  state: DirectState
}

/** Groups of two by the other person. Follows from the memberships alone, so that all devices of a person agree. */
export interface DirectIndex {
  /** The group to use with a person; undefined when there is none that they are in or invited to. */
  with(account: AccountId): { group: GroupId; state: 'joined' | 'offered' } | undefined
  /** The other person of a group of two. Undefined when another group took its place before they came. */
  partner(group: GroupId): AccountId | undefined
  /** Groups that another one took the place of before the person came: when both began at once. */
  replaced(account: AccountId): GroupId[]
  /** The group with a person is another one than before, or the person came into it. Returns its undo. */
  onChange(listener: (account: AccountId, group: GroupId) => void): () => void
  stop(): void
}

/** Made before anybody else listens to the memberships, so that whoever is told of a change finds it here. */
export function directIndex(
  self: AccountId,
  membership: Pick<Membership, 'groups' | 'state' | 'onChange'>
): DirectIndex {
  const directs = new Map<GroupId, Direct>()
  const byAccount = new Map<AccountId, Set<GroupId>>()
  const { on: onChange, tell } = listeners<[account: AccountId, group: GroupId]>()

  const file = (group: GroupId): void => {
    const before = directs.get(group)
    if (before) byAccount.get(before.account)?.delete(group)
    directs.delete(group)
    const state = membership.state(group)
    const found = state?.kind === 'direct' ? describe(state, self) : undefined
    if (!found) return
    directs.set(group, { group, ...found })
    byAccount.set(found.account, (byAccount.get(found.account) ?? new Set()).add(group))
  }
  const of = (account: AccountId, state: DirectState): GroupId[] =>
    [...(byAccount.get(account) ?? [])].filter(group => directs.get(group)?.state === state).sort()
  const used = (account: AccountId): { group: GroupId; state: 'joined' | 'offered' } | undefined => {
    for (const state of ['joined', 'offered'] as const) {
      const [group] = of(account, state)
      if (group !== undefined) return { group, state }
    }
    return undefined
  }

  for (const group of membership.groups()) file(group)
  const stop = membership.onChange(group => {
    const before = directs.get(group)
    const usedBefore = before && used(before.account)
    file(group)
    const account = directs.get(group)?.account
    const now = account && used(account)
    if (!account || !now || (now.group === usedBefore?.group && now.state === usedBefore.state)) return
    tell(account, now.group)
  })
  return {
    with: used,
    partner(group) {
      const direct = directs.get(group)
      if (!direct) return undefined
      return direct.state === 'left' || used(direct.account)?.group === group ? direct.account : undefined
    },
    replaced: account => of(account, 'offered').filter(group => used(account)?.group !== group),
    onChange,
    stop
  }
}

function describe(state: GroupState, self: AccountId): { account: AccountId; state: DirectState } | undefined {
  const isOther = (account: AccountId | undefined): account is AccountId => account !== undefined && account !== self
  const other = [...state.members.keys()].find(isOther)
  if (other) return { account: other, state: 'joined' }
  const invited = [...state.invitations.values()].map(({ account }) => account).find(isOther)
  const former = [...state.departed.values()].find(isOther)
  if (former) return { account: former, state: 'left' }
  return invited && { account: invited, state: 'offered' }
}
