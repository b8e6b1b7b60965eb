import type { Membership } from '../groups/membership.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { Peers } from '../peers/peers.ts'
import type { ContactBook } from './contacts/book.ts'

/** What somebody is to this person. */
export interface Standing {
  account: AccountId | undefined
  isSelf: boolean
  isBlocked: boolean
  isContact: boolean
  isVerified: boolean
  /** Whether they share this group, or any. */
  isMember(group?: GroupId): boolean
}

/** Tells what devices and people are to this person. */
export interface Standings {
  /** Whose a device is: by its own certificate, or by the groups it is in. Nobody's when its person locked it out. */
  accountOf(device: PeerId): AccountId | undefined
  /** Whether a group says that the person locked this device out: whoever has it is somebody else. */
  isLockedOut(device: PeerId, account: AccountId): boolean
  of(device: PeerId): Standing
  isContact(account: AccountId): boolean
  /** A person's devices, as far as the groups, or the person, said. */
  devicesOf(account: AccountId): PeerId[]
}

export function standings(deps: {
  self: AccountId
  membership: Pick<Membership, 'groups' | 'accountOf' | 'roleOf' | 'state'>
  peers: Pick<Peers, 'get'>
  book: Pick<ContactBook, 'get'>
}): Standings {
  const { self, membership, peers, book } = deps

  const isLockedOut = (device: PeerId, account: AccountId): boolean =>
    membership.groups().some(group => {
      const state = membership.state(group)
      return state?.departed.get(device) === account && state.members.has(account)
    })
  const ownerIn = (device: PeerId): AccountId | undefined => {
    for (const group of membership.groups()) {
      const account = membership.accountOf(group, device)
      if (account !== undefined) return account
    }
    return undefined
  }
  const accountOf = (device: PeerId): AccountId | undefined => {
    const account = peers.get(device)?.account ?? ownerIn(device)
    return account !== undefined && isLockedOut(device, account) ? undefined : account
  }

  const isContact = (account: AccountId): boolean => {
    const { blocked, mine, theirs } = book.get(account)
    return !blocked && mine === 'yes' && theirs === 'yes'
  }

  return {
    accountOf,
    isLockedOut,
    isContact,
    devicesOf(account) {
      const members = membership.groups().flatMap(group => membership.state(group)?.members.get(account) ?? [])
      const said = Object.keys(book.get(account).devices) as PeerId[]
      return [...new Set([...said, ...members.flatMap(({ devices }) => [...devices.keys()])])]
    },
    of(device) {
      const account = accountOf(device)
      const isOne = account !== undefined && isContact(account)
      return {
        account,
        isSelf: account === self,
        isBlocked: account !== undefined && book.get(account).blocked,
        isContact: isOne,
        isVerified: isOne && book.get(account).verified,
        isMember(group) {
          if (group !== undefined) return membership.roleOf(group, device) !== undefined
          return membership.groups().some(one => membership.roleOf(one, device) !== undefined)
        }
      }
    }
  }
}
