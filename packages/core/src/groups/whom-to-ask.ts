import type { Identity } from '../identity/identity.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Addresses } from '../peers/addresses.ts'
import type { Peers } from '../peers/peers.ts'
import type { Whereabouts } from '../peers/whereabouts.ts'
import type { Network } from '../transport/network.ts'
import type { Membership } from './membership.ts'

export interface WhomToAskDeps {
  identity: Pick<Identity, 'device'>
  membership: Pick<Membership, 'devices'>
  network: Pick<Network, 'addresses'>
  peers: Pick<Peers, 'get'>
  /** Where other members can be reached. */
  addresses: Pick<Addresses, 'addressesOf'>
}

/** Whom a newcomer to the group asks: this node, then the members' devices that are connected, then the others. */
export function whomToAsk(group: GroupId, deps: WhomToAskDeps): Whereabouts {
  const { addresses, identity, membership, network, peers } = deps
  const isOnline = (device: PeerId): boolean => peers.get(device) !== undefined
  const others = membership
    .devices(group)
    .filter(device => device !== identity.device)
    .sort((a, b) => Number(isOnline(b)) - Number(isOnline(a)))
  const known = others.map((device): [PeerId, string[]] => [device, [...addresses.addressesOf(device)]])
  return new Map([[identity.device, network.addresses()], ...known])
}
