import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Network } from '../transport/network.ts'
import { Tally } from '../transport/tally.ts'

/** Dials of strangers on the link under way at once, */
export const DIALS_AT_ONCE = 8
/** and connections to them: anybody there may be as many as they like, and libp2p has only so many. */
export const MOST_STRANGERS = 32
/** So often within a minute a device of ours is said to be somewhere else; each time others are told. */
export const NEWS = { most: 6, withinMs: 60_000, devices: 4_096 }

/**
 * Connects to who is on the link: strangers are dialled as long as there are few, and of devices of ours it is learned
 * where they are. What the link says is signed by nobody. Returns its end.
 */
export function meetOnLink(options: {
  network: Pick<Network, 'connections' | 'dial' | 'onDiscovered'>
  isOurs(device: PeerId): boolean
  addressesOf(device: PeerId): readonly string[]
  /** Where a device of ours is, by the link. */
  onOurs(device: PeerId, addresses: string[]): void
  clock: Pick<Clock, 'now'>
  logger: Logger
}): () => void {
  const { network, isOurs, addressesOf, onOurs, clock, logger } = options
  const news = new Tally<PeerId>(clock, { withinMs: NEWS.withinMs, most: NEWS.devices })
  const dialling = new Set<PeerId>()
  const met = new Set<PeerId>()

  const isFull = (here: ReadonlySet<PeerId>): boolean => {
    for (const device of met) if (!here.has(device) || isOurs(device)) met.delete(device)
    return met.size + dialling.size >= MOST_STRANGERS
  }
  const meet = async (device: PeerId, addresses: string[]): Promise<void> => {
    dialling.add(device)
    try {
      await network.dial(addresses)
      met.add(device)
    } catch (error) {
      logger.debug('no neighbour', { device, error: String(error) })
    } finally {
      dialling.delete(device)
    }
  }

  return network.onDiscovered((device, addresses) => {
    if (addresses.length === 0 || dialling.has(device)) return
    const here = new Set(network.connections().map(({ peer }) => peer))
    if (here.has(device)) return
    if (isOurs(device)) {
      const known = new Set(addressesOf(device))
      if (addresses.every(address => known.has(address)) || news.add(device) <= NEWS.most) onOurs(device, addresses)
    } else if (dialling.size < DIALS_AT_ONCE && !isFull(here)) void meet(device, addresses)
  })
}
