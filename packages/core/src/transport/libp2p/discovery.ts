import type { PeerDiscovery } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import type { MulticastDNSComponents } from '@libp2p/mdns'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'

/** DNS-SD name of the libp2p mDNS specification; the time between questions is js-libp2p's. */
const DEFAULTS = { serviceTag: '_p2p._udp.local', intervalMs: 10_000 }

export type MdnsSetting = boolean | { serviceTag: string; intervalMs: number }

/**
 * mDNS, when switched on. `onSeen` runs for every answer, not only the first: libp2p's own event tells of a peer once,
 * and also of peers that were met in other ways.
 */
export function discovery(
  setting: MdnsSetting,
  onSeen: (peer: PeerId, addresses: string[]) => void
): ((components: MulticastDNSComponents) => PeerDiscovery)[] {
  if (setting === false) return []
  const { serviceTag, intervalMs } = setting === true ? DEFAULTS : setting
  return [
    components => {
      const service = mdns({ serviceTag, interval: intervalMs })(components)
      service.addEventListener('peer', ({ detail }) => {
        // Other programs on the link may have keys of other kinds.
        if (detail.id.type === 'Ed25519') onSeen(parsePeerId(detail.id.toString()), detail.multiaddrs.map(String))
      })
      return service
    }
  ]
}
