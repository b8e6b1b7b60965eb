import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { inTime } from '../in-time.ts'
import type { Logger } from '../logger.ts'
import type { Network } from '../transport/network.ts'

/** First wait after a failed dial, ms; doubles up to the longest, each shortened by up to half at random. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
const LOOK_MS = 500
const DIAL_MS = 10_000
/** Dials under way at once. */
const AT_ONCE = 8

interface Attempt {
  waitMs: number
  notBefore: number
}

/**
 * Keeps connections to the devices that `wanted` names: dials those that are not connected, or silent, again and again with a
 * growing, jittered wait. Returns `now`, which forgets the waits and begins anew what is under way (an interface came up,
 * an address was learned), and `stop`.
 */
export function startRedialing(options: {
  network: Network
  clock: Clock
  logger: Logger
  wanted(): Iterable<PeerId>
  addresses(device: PeerId): string[]
  random?: () => number
}): { now(device?: PeerId): void; stop(): void } {
  const { network, clock, logger, wanted, addresses, random = Math.random } = options
  const attempts = new Map<PeerId, Attempt>()
  const dialing = new Map<PeerId, AbortController>()
  const controller = new AbortController()

  const dial = async (device: PeerId, to: string[]): Promise<void> => {
    const renewal = new AbortController()
    const signal = AbortSignal.any([controller.signal, renewal.signal])
    dialing.set(device, renewal)
    try {
      await inTime(within => network.dial(to, { signal: within }), { clock, limitMs: DIAL_MS, signal })
      attempts.delete(device)
    } catch (error) {
      if (renewal.signal.aborted) return
      const waitMs = Math.min(LONGEST_WAIT_MS, (attempts.get(device)?.waitMs ?? FIRST_WAIT_MS / 2) * 2)
      attempts.set(device, { waitMs, notBefore: clock.now() + waitMs * (1 - random() / 2) })
      logger.debug('no connection to a member yet', { device, error: String(error) })
    } finally {
      dialing.delete(device)
      if (renewal.signal.aborted) look()
    }
  }

  const look = (): void => {
    if (controller.signal.aborted) return
    const connected = new Set(network.connections().flatMap(({ peer, isSilent }) => (isSilent ? [] : [peer])))
    for (const device of wanted()) {
      if (dialing.size >= AT_ONCE) return
      if (device === network.peer || connected.has(device) || dialing.has(device)) continue
      if ((attempts.get(device)?.notBefore ?? 0) > clock.now()) continue
      const to = addresses(device)
      if (to.length > 0) void dial(device, to)
    }
  }

  const stopLooking = clock.every(LOOK_MS, look)
  return {
    now(device) {
      if (device) attempts.delete(device)
      else attempts.clear()
      for (const [each, renewal] of dialing) {
        if (device === undefined || device === each) renewal.abort(new Error('the way there may have changed'))
      }
      look()
    },
    stop() {
      stopLooking()
      controller.abort(new Error('stopped'))
    }
  }
}
