import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Network } from '../transport/network.ts'

/** Connections to members that are not wanted, and of no use now: so many stay, since they may be of use again. */
export const SPARE = 16
/** How long a connection was of no use before it may go, ms. */
export const UNUSED_MS = 60_000
const LOOK_MS = 10_000

/**
 * Ends connections to members beyond those that are wanted, in use, or spare: the ones that were of no use for the longest
 * time. Who came in to be admitted, or was dialled for a transfer, does not stay for ever. Returns its end.
 */
export function keepFewSpare(options: {
  network: Pick<Network, 'connections' | 'hangUp' | 'isRelaying'>
  clock: Clock
  logger: Logger
  /** Whether a device is in a group of ours: others' connections are not ours to judge. */
  isOurs(device: PeerId): boolean
  isWanted(device: PeerId): boolean
  isUsed(device: PeerId): boolean
}): () => void {
  const { network, clock, logger, isOurs, isWanted, isUsed } = options
  const usedAt = new Map<PeerId, number>()

  const look = (): void => {
    const now = clock.now()
    const connections = network.connections()
    const since = new Map(connections.map(({ peer, since }) => [peer, since]))
    const carriers = new Set(connections.map(({ relay }) => relay))
    for (const device of [...usedAt.keys()]) if (!since.has(device)) usedAt.delete(device)
    for (const device of since.keys()) if (isUsed(device) || isWanted(device)) usedAt.set(device, now)
    const idleSince = (device: PeerId): number => Math.max(since.get(device) ?? now, usedAt.get(device) ?? 0)
    const spare = [...since.keys()]
      .filter(device => idleSince(device) < now && !carriers.has(device) && !network.isRelaying(device))
      .filter(isOurs)
      .sort((a, b) => idleSince(b) - idleSince(a))
    for (const device of spare.slice(SPARE)) {
      if (now - idleSince(device) < UNUSED_MS) continue
      logger.debug('hung up on a member that is no neighbour', { device })
      network.hangUp(device).catch((error: unknown) => logger.debug('not hung up', { device, error: String(error) }))
    }
  }
  return clock.every(LOOK_MS, look)
}
