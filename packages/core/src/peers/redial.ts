import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { inTime } from '../in-time.ts'
import type { Logger } from '../logger.ts'
import { abortable } from '../transport/abortable.ts'
import type { Network } from '../transport/network.ts'
import { Tally } from '../transport/tally.ts'
import type { Lane } from './lanes.ts'

/** First wait after a dial, ms; doubles up to the longest, each shortened by up to half at random. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
const LOOK_MS = 500
const DIAL_MS = 10_000
/** After so long a connection is one, ms: whoever refuses this device lets it in first, and hangs up. */
const LASTING_MS = 10_000
/** Dials under way at once. */
const AT_ONCE = 8
/** So often news of one device makes its dial begin anew: anybody on the link can tell of anybody. */
const RENEWALS = { most: 4, withinMs: 30_000, devices: 65_536 }

interface Attempt {
  waitMs: number
  notBefore: number
}

interface Dial {
  renewal: AbortController
  done: Promise<void>
}

/** Who should be connected, and how somebody comes to be. */
export interface Redialing {
  /**
   * Forgets the waits and begins anew what is under way: an interface came up, an address was learned. For one device
   * four times in 30 s.
   */
  now(device?: PeerId): void
  /** Whether the connection to a device is to be kept. */
  wants(device: PeerId): boolean
  /** Whether a device is connected, or might be when it is dialled: it was not tried in vain just now. */
  mayReach(device: PeerId): boolean
  /** Connects to a device, if it is not connected. Throws UNREACHABLE, `signal.reason`. */
  reach(device: PeerId, options?: { signal?: AbortSignal | undefined }): Promise<void>
  stop(): void
}

/**
 * Keeps connections to the devices that `wanted` names, and to the first one of each lane that is there: dials those that
 * are not connected, or silent, again and again with a growing, jittered wait. Those of a lane that did not answer are
 * dialled on, so that the parts of a network find each other when it is whole again.
 */
export function startRedialing(options: {
  network: Pick<Network, 'peer' | 'connections' | 'dial' | 'onPeer'>
  clock: Clock
  logger: Logger
  wanted(): Iterable<PeerId>
  lanes?(): Iterable<Lane>
  /** Who must not be connected. */
  unwanted?(): Iterable<PeerId>
  addresses(device: PeerId): string[]
  random?: () => number
}): Redialing {
  const { network, clock, logger, wanted, lanes = () => [], unwanted = () => [], random = Math.random } = options
  const attempts = new Map<PeerId, Attempt>()
  const dialing = new Map<PeerId, Dial>()
  const connectedSince = new Map<PeerId, number>()
  const renewals = new Tally<PeerId>(clock, { withinMs: RENEWALS.withinMs, most: RENEWALS.devices })
  const controller = new AbortController()
  let kept: ReadonlySet<PeerId> = new Set()
  let isDue = false

  const connected = (): Set<PeerId> =>
    new Set(network.connections().flatMap(({ peer, isSilent }) => (isSilent ? [] : [peer])))

  const wait = (device: PeerId): void => {
    const waitMs = Math.min(LONGEST_WAIT_MS, (attempts.get(device)?.waitMs ?? FIRST_WAIT_MS / 2) * 2)
    attempts.set(device, { waitMs, notBefore: clock.now() + waitMs * (1 - random() / 2) })
  }
  const attempt = async (device: PeerId, to: string[], renewal: AbortController): Promise<void> => {
    const signal = AbortSignal.any([controller.signal, renewal.signal])
    try {
      await inTime(within => network.dial(to, { signal: within }), { clock, limitMs: DIAL_MS, signal })
      wait(device)
    } catch (error) {
      if (renewal.signal.aborted) throw error
      wait(device)
      logger.debug('no connection to a member yet', { device, error: String(error) })
      throw error
    } finally {
      dialing.delete(device)
    }
  }
  const dial = (device: PeerId, to: string[]): Dial => {
    const renewal = new AbortController()
    const begun = { renewal, done: attempt(device, to, renewal) }
    // Another address, or the next of a lane.
    begun.done.catch(lookSoon)
    dialing.set(device, begun)
    return begun
  }

  /** Who is to be connected now, each with where it is. */
  const find = (here: ReadonlySet<PeerId>): Map<PeerId, string[]> => {
    const found = new Map<PeerId, string[]>()
    const avoided = new Set(unwanted())
    const add = (device: PeerId): string[] => {
      const known = found.get(device) ?? (here.has(device) ? [] : options.addresses(device))
      found.set(device, known)
      return known
    }
    for (const device of wanted()) if (device !== network.peer) add(device)
    for (const lane of lanes()) {
      for (const device of lane) {
        const to = add(device)
        if (here.has(device) || (to.length > 0 && !attempts.has(device) && !avoided.has(device))) break
      }
    }
    for (const device of avoided) found.delete(device)
    return found
  }

  const waysTo = (device: PeerId): string[] => (new Set(unwanted()).has(device) ? [] : options.addresses(device))

  const look = (): void => {
    if (controller.signal.aborted) return
    const here = connected()
    const found = find(here)
    kept = new Set(found.keys())
    const now = clock.now()
    for (const [device, since] of connectedSince) {
      if (since > now - LASTING_MS) continue
      attempts.delete(device)
      renewals.delete(device)
    }
    const due = (device: PeerId): number => attempts.get(device)?.notBefore ?? 0
    const next = [...found]
      .filter(([device, to]) => to.length > 0 && !here.has(device) && !dialing.has(device) && due(device) <= now)
      // Where many are away, each has its turn.
      .sort(([a], [b]) => due(a) - due(b))
    for (const [device, to] of next.slice(0, Math.max(0, AT_ONCE - dialing.size))) dial(device, to)
  }

  /** Much is learned at once. */
  const lookSoon = (): void => {
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      isDue = false
      look()
    })
  }

  /** False for a device of which there is more news than dials can wait for. */
  const mayRenew = (device: PeerId): boolean => {
    if (!attempts.has(device) && !dialing.has(device)) return true
    return renewals.add(device) <= RENEWALS.most
  }

  const stopWatching = network.onPeer((event, device) => {
    if (event === 'connect') connectedSince.set(device, clock.now())
    else connectedSince.delete(device)
  })
  const stopLooking = clock.every(LOOK_MS, look)
  return {
    now(device) {
      if (device !== undefined && !mayRenew(device)) return
      if (device) attempts.delete(device)
      else attempts.clear()
      for (const [each, { renewal }] of dialing)
        if (device === undefined || device === each) renewal.abort(new Error('the way there may have changed'))
      if (device === undefined || kept.has(device)) lookSoon()
    },
    wants: device => kept.has(device),
    mayReach(device) {
      if (connected().has(device)) return true
      const before = attempts.get(device)
      if (before && (dialing.has(device) || before.notBefore > clock.now())) return false
      return waysTo(device).length > 0
    },
    async reach(device, { signal } = {}) {
      while (!connected().has(device)) {
        const to = waysTo(device)
        if (to.length === 0) throw coreError('UNREACHABLE', `no way to ${device} is known`)
        const { done, renewal } = dialing.get(device) ?? dial(device, to)
        try {
          return await abortable(done, signal)
        } catch (cause) {
          signal?.throwIfAborted()
          controller.signal.throwIfAborted()
          if (!renewal.signal.aborted) throw coreError('UNREACHABLE', `${device} cannot be reached`, cause)
        }
      }
    },
    stop() {
      stopWatching()
      stopLooking()
      controller.abort(coreError('STOPPED', 'the node stops'))
    }
  }
}
