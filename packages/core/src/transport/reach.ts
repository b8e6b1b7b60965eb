import type { PeerId } from '../ids.ts'

/**
 * Whether machines that are not near can dial this node over one version of IP, and how that is known.
 * `reachable`: at `at`, within a day, somebody came in from a public address. `behind-nat`: peers see this node at the
 * public address `seenAs`, which none of its interfaces has. `unknown`: neither. `absent`: it listens on no such address but loopback.
 */
export type IpReach =
  | { state: 'reachable'; at: number }
  | { state: 'behind-nat'; seenAs: string }
  | { state: 'unknown' }
  | { state: 'absent' }

/** What came of asking the router (UPnP) for a way in. */
export type UpnpState =
  | { state: 'off' }
  /** No router answered yet; it is asked again and again. */
  | { state: 'searching' }
  /** The router passes on what comes in there, as it says. */
  | { state: 'mapped'; addresses: string[] }
  /** The router refused, or stands behind another one. */
  | { state: 'failed'; reason: string }

/** How others reach a node. */
export interface Reach {
  ipv4: IpReach
  ipv6: IpReach
  /** Relays that keep a place for it. */
  relays: PeerId[]
  upnp: UpnpState
}
