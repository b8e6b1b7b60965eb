import type { Membership } from '../groups/membership.ts'
import type { PeerId } from '../ids.ts'

/** Whom this device has to do with: those in its groups, and its person's contacts. */
export interface Ours {
  all(): Set<PeerId>
  /** The same of one, without going through all. */
  has(device: PeerId): boolean
}

/** Whom this device's person wants to be connected with beyond the groups, and with whom not at all. */
export interface Wishes {
  wanted(): readonly PeerId[]
  unwanted(): readonly PeerId[]
}

export function oursOf(members: Pick<Membership, 'groups' | 'devices' | 'roleOf'>, wishes: Wishes): Ours {
  return {
    all() {
      const devices = new Set(members.groups().flatMap(group => members.devices(group)))
      for (const device of wishes.wanted()) devices.add(device)
      for (const device of wishes.unwanted()) devices.delete(device)
      return devices
    },
    has(device) {
      const isMember = members.groups().some(group => members.roleOf(group, device) !== undefined)
      return (isMember || wishes.wanted().includes(device)) && !wishes.unwanted().includes(device)
    }
  }
}
