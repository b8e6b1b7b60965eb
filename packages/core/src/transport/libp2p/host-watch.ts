import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import type { Denials } from '../denials.ts'
import { DENY_MS, MOST_OFFENDERS } from '../offences.ts'
import { Tally } from '../tally.ts'
import { MAX_PENDING_PER_HOST, connectionLimits } from './limits.ts'

/** Bad things within ten minutes after which a host is refused; ten peers' worth, since a household shares an address. */
export const MAX_HOST_OFFENCES = 100
/** Of an offence, what a handshake counts as at least that the other end left. */
const LEAST_OFFENCE = 0.01

/** How a handshake ended; `left`: the other end went, `broken`: it said what is none, or nothing in time. */
export type Handshake = 'finished' | 'left' | 'broken'

/** Hosts, as far as their addresses tell: an IPv4 address, or the network of 64 bits that an IPv6 address is in. */
export interface HostWatch {
  /** Counts something that no honest peer does. */
  blame(host: string, reason: string): void
  /**
   * Lets a connection begin: what to call, once, with how its handshake ended. Undefined when the host is refused or has
   * too many half open. A broken one is an offence. Who finds somebody else than it was told leaves, which counts as the
   * part of the time for a handshake for which it kept a place.
   */
  admit(host: string): ((how: Handshake) => void) | undefined
}

/**
 * Counts what came from a host under whatever peer id, or none. The hundredth time within ten minutes shuts the host out
 * for ten, with one log line: event=host-denied address= reason= seconds=. Connections that it has are left alone.
 */
export function watchHosts(denials: Pick<Denials, 'add' | 'get'>, clock: Clock, logger: Logger): HostWatch {
  const tally = new Tally<string>(clock, { withinMs: DENY_MS, most: MOST_OFFENDERS })
  const pendingOf = new Map<string, number>()

  const blame = (host: string, reason: string, by = 1): void => {
    if (tally.add(host, by) < MAX_HOST_OFFENCES) return
    tally.delete(host)
    denials.add({ host }, DENY_MS, { why: 'offences', reason })
    logger.warn('host denied', { event: 'host-denied', address: host, reason, seconds: DENY_MS / 1000 })
  }

  return {
    blame: (host, reason) => blame(host, reason),
    admit(host) {
      const pending = pendingOf.get(host) ?? 0
      if (denials.get(host) || pending >= MAX_PENDING_PER_HOST) return undefined
      pendingOf.set(host, pending + 1)
      const since = clock.now()
      return how => {
        const left = (pendingOf.get(host) ?? 1) - 1
        if (left > 0) pendingOf.set(host, left)
        else pendingOf.delete(host)
        const part = (clock.now() - since) / connectionLimits.inboundUpgradeTimeout
        if (how === 'broken') blame(host, 'no handshake')
        if (how === 'left') blame(host, 'no handshake', Math.min(1, Math.max(LEAST_OFFENCE, part)))
      }
    }
  }
}

/** What counts as one host; undefined for what is no IP address. */
export function hostOf(ip: string | undefined): string | undefined {
  if (ip === undefined) return undefined
  if (!ip.includes(':')) return ip
  const [head = '', tail = ''] = ip.toLowerCase().split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const zeros = Array.from({ length: Math.max(0, 8 - groups(head).length - groups(tail).length) }, () => '0')
  const all = ip.includes('::') ? [...groups(head), ...zeros, ...groups(tail)] : groups(head)
  return `${all.slice(0, 4).join(':')}::/64`
}
