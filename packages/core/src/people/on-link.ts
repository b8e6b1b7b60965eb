import type { PeerId } from '../ids.ts'
import type { Peers } from '../peers/peers.ts'
import type { Network } from '../transport/network.ts'

/** Devices that are remembered: a neighbour may invent as many as it likes. */
const REMEMBERED = 4_096

/** Which devices discovery saw on the same link, until they are disconnected. `changed` runs for every new one. */
export function devicesOnLink(deps: {
  network: Pick<Network, 'onDiscovered'>
  peers: Pick<Peers, 'onChange'>
  changed(device: PeerId): void
}): { has(device: PeerId): boolean; stop(): void } {
  const seen = new Set<PeerId>()
  const stops = [
    deps.network.onDiscovered(device => {
      if (seen.has(device)) return
      const [oldest] = seen
      if (seen.size === REMEMBERED && oldest !== undefined) seen.delete(oldest)
      seen.add(device)
      deps.changed(device)
    }),
    deps.peers.onChange((event, device) => {
      if (event === 'disconnect') seen.delete(device)
    })
  ]
  return {
    has: device => seen.has(device),
    stop() {
      for (const stop of stops) stop()
    }
  }
}
