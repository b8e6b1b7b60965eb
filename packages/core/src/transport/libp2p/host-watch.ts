import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import type { Denials } from '../denials.ts'
import { DENY_MS, MOST_OFFENDERS } from '../offences.ts'
import { Tally } from '../tally.ts'
import { MAX_PENDING_PER_HOST } from './limits.ts'

/** Bad things within ten minutes after which a host is refused; ten peers' worth, since a household shares an address. */
export const MAX_HOST_OFFENCES = 100

/** Hosts, as far as their addresses tell: an IPv4 address, or the network of 64 bits that an IPv6 address is in. */
export interface HostWatch {
  /** Counts something that no honest peer does, such as a handshake that was never finished. */
  blame(host: string, reason: string): void
  /**
   * Lets a connection begin: what to call, once, with whether its handshake ended well. Undefined when the host is refused
   * or has too many half open.
   */
  admit(host: string): ((isWell: boolean) => void) | undefined
}

/**
 * Counts what came from a host under whatever peer id, or none. The hundredth time within ten minutes shuts the host out
 * for ten, with one log line: event=host-denied address= reason= seconds=. Connections that it has are left alone.
 */
export function watchHosts(denials: Pick<Denials, 'add' | 'get'>, clock: Clock, logger: Logger): HostWatch {
  const tally = new Tally<string>(clock, { withinMs: DENY_MS, most: MOST_OFFENDERS })
  const pendingOf = new Map<string, number>()

  const blame = (host: string, reason: string): void => {
    if (tally.add(host) < MAX_HOST_OFFENCES) return
    tally.delete(host)
    denials.add({ host }, DENY_MS, { why: 'offences', reason })
    logger.warn('host denied', { event: 'host-denied', address: host, reason, seconds: DENY_MS / 1000 })
  }

  return {
    blame,
    admit(host) {
      const pending = pendingOf.get(host) ?? 0
      if (denials.get(host) || pending >= MAX_PENDING_PER_HOST) return undefined
      pendingOf.set(host, pending + 1)
      return isWell => {
        const left = (pendingOf.get(host) ?? 1) - 1
        if (left > 0) pendingOf.set(host, left)
        else pendingOf.delete(host)
        if (!isWell) blame(host, 'no handshake')
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
