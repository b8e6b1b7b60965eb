import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { delay, systemClock } from '../../clock.ts'
import type { NotBetter } from '../network.ts'
import { isRelayed } from './address.ts'
import { dialLimits } from './limits.ts'

/** Dials one address. */
export type DialOne = (address: Multiaddr, signal: AbortSignal) => Promise<Connection>

export interface Dialled {
  connection: Connection
  /** Why a relayed address won. */
  notBetter: NotBetter | undefined
}

/**
 * Dials one address after the other without waiting long for any, as RFC 8305 does: an address that swallows packets
 * costs a quarter of a second. Relayed addresses come last, and get a start only when the direct ones had theirs. The
 * first connection wins; the others are given up. Throws the first failure, or `signal.reason`.
 *
 * Sockets live in real time, so this does not ask the node's clock.
 */
export async function raceDials(
  addresses: readonly Multiaddr[],
  dialOne: DialOne,
  signal?: AbortSignal
): Promise<Dialled> {
  const direct = addresses.filter(address => !isRelayed(address))
  const relayed = addresses.filter(isRelayed)
  const over = new AbortController()
  const stop = AbortSignal.any([over.signal, AbortSignal.timeout(dialLimits.allMs), ...(signal ? [signal] : [])])
  const failures = new Map<Multiaddr, unknown>()
  let winner: Connection | undefined

  const attempt = async (address: Multiaddr): Promise<void> => {
    const patience = AbortSignal.any([stop, AbortSignal.timeout(dialLimits.addressMs)])
    try {
      const connection = await dialOne(address, patience)
      if (winner) {
        connection.abort(new Error('another address was faster'))
        return
      }
      winner = connection
      over.abort(new Error('connected'))
    } catch (error) {
      failures.set(address, error)
    }
  }

  /** Begins one after the other; `patienceMs` passes after each that neither failed nor connected. */
  const begin = async (list: readonly Multiaddr[]): Promise<Promise<void>[]> => {
    const attempts: Promise<void>[] = []
    for (const address of list) {
      if (stop.aborted) break
      const running = attempt(address)
      attempts.push(running)
      await Promise.race([running, pause(dialLimits.staggerMs, stop)])
    }
    return attempts
  }

  const first = await begin(direct)
  if (relayed.length > 0) await Promise.race([Promise.all(first), pause(dialLimits.relayHeadStartMs, stop)])
  await Promise.all([...first, ...(await begin(relayed))])
  if (!winner) {
    signal?.throwIfAborted()
    throw [...failures.values()][0] ?? new Error('no address could be dialled')
  }
  return { connection: winner, notBetter: isRelayed(winner.remoteAddr) ? reasonOf(direct, failures) : undefined }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(systemClock, ms, signal).catch(() => undefined)

function reasonOf(direct: readonly Multiaddr[], failures: ReadonlyMap<Multiaddr, unknown>): NotBetter {
  if (direct.length === 0) return { reason: 'no-direct-address', code: undefined }
  const failed = direct.map(address => failures.get(address)).filter(failure => failure !== undefined)
  return { reason: 'dial-failed', code: failureCode(failed[0]) }
}

/** What the system said: `ECONNREFUSED`; TIMEOUT when it said nothing in time. */
export function failureCode(error: unknown): string | undefined {
  if (error instanceof AggregateError) return failureCode(error.errors[0])
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'TIMEOUT' : undefined
}
