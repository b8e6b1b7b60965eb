import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Network } from './network.ts'
import { Tally } from './tally.ts'

/** Offences after which a peer is shut out. */
export const MAX_OFFENCES = 10
/** How long it is shut out, and after how long a peer's earlier offences are forgotten, ms; libp2p's guide on DoS. */
export const DENY_MS = 600_000
/** Peers, or hosts, whose offences are remembered. */
export const MOST_OFFENDERS = 65_536

/** Counts what a peer did against the rules. The reason may quote the peer: it is cut to 200 printable characters. */
export type Offences = (peer: PeerId, reason: string) => void

/**
 * Hangs up on a peer after its tenth offence within ten minutes and refuses it for ten minutes. That writes one line,
 * always of the same form, which tools such as fail2ban can act on: event=peer-denied peer= address= reason= seconds=.
 */
export function offences(
  network: Pick<Network, 'blame' | 'connections' | 'deny'>,
  clock: Clock,
  logger: Logger
): Offences {
  const tally = new Tally<PeerId>(clock, { withinMs: DENY_MS, most: MOST_OFFENDERS })

  return (peer, what) => {
    const reason = what.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)
    const count = tally.add(peer)
    network.blame(peer, reason)
    logger.debug('offence', { peer, reason, count })
    if (count < MAX_OFFENCES) return
    tally.delete(peer)
    const address = network.connections().find(connection => connection.peer === peer)?.address
    logger.warn('peer denied', { event: 'peer-denied', peer, address, reason, seconds: DENY_MS / 1000 })
    network
      .deny(peer, DENY_MS, { why: 'offences', reason })
      .catch((error: unknown) => logger.error('could not hang up', { peer, error: String(error) }))
  }
}
