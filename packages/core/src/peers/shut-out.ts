import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import type { Denial } from '../transport/denials.ts'
import type { Network } from '../transport/network.ts'

export const SHUT_OUT_SCHEMA = `
CREATE TABLE shut_out (
  device TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;`

/** The longest that a device can be shut out at a time, ms. */
export const MOST_SHUT_OUT_MS = 366 * 86_400_000

/** Who has to stay outside for a while: by an administrator's decision, since they broke the rules, or blocked. */
export interface ShutOut {
  /** The latest first. */
  list(): Denial[]
  /** Ends the connections to a device; one of a group of ours is dialled again. Throws UNREACHABLE when there are none. */
  disconnect(device: PeerId): Promise<void>
  /** Hangs up and refuses a device for `ms`, over restarts. Throws FORBIDDEN for this one itself, TypeError for no such time. */
  add(device: PeerId, ms: number): Promise<void>
  /**
   * Lets in again whoever is shut out, by device or host; that a person is blocked, it leaves. Throws NOT_SHUT_OUT when
   * there is no other reason.
   */
  lift(id: string): void
  /** Runs when somebody is shut out or let in again; that a time is over tells nobody. Returns its undo. */
  onChange(listener: () => void): () => void
}

/** Those shut out before the last stop are so again at once. */
export function createShutOut(options: {
  network: Pick<Network, 'connections' | 'denials' | 'deny' | 'hangUp' | 'peer'>
  database: Database
  /** A device may come again. */
  onLifted?: (device: PeerId) => void
  clock: Clock
  logger: Logger
}): ShutOut {
  const { clock, database, logger, network, onLifted } = options
  const { denials } = network
  const insert = database.prepare(
    `INSERT INTO shut_out VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until
      WHERE until <= excluded.until`
  )
  const remove = database.prepare('DELETE FROM shut_out WHERE device = ?')
  database.prepare('DELETE FROM shut_out WHERE until <= ?').run(clock.now())
  for (const { device, since, until } of database.prepare('SELECT * FROM shut_out').all()) {
    const ms = Number(until) - Number(since)
    network
      .deny(device as PeerId, ms, { why: 'asked', since: Number(since) })
      .catch((error: unknown) => logger.warn('not shut out', { device: String(device), error: String(error) }))
  }

  return {
    list: () => denials.list(),
    onChange: listener => denials.onChange(listener),

    async disconnect(device) {
      if (!network.connections().some(({ peer }) => peer === device))
        throw coreError('UNREACHABLE', `${device} is not connected`)
      await network.hangUp(device)
    },

    async add(device, ms) {
      if (!Number.isSafeInteger(ms) || ms < 1 || ms > MOST_SHUT_OUT_MS)
        throw new TypeError(`somebody is shut out for 1 to ${MOST_SHUT_OUT_MS} ms`)
      if (device === network.peer) throw coreError('FORBIDDEN', 'a device cannot shut itself out')
      const since = clock.now()
      insert.run(device, since, since + ms)
      await network.deny(device, ms, { why: 'asked', since })
    },

    lift(id) {
      const device = denials.get(id)?.peer
      remove.run(id)
      if (!denials.lift(id, ['asked', 'offences'])) {
        const help = denials.get(id) ? ': its person is blocked' : ''
        throw coreError('NOT_SHUT_OUT', `${id} is not shut out${help}`)
      }
      if (device !== undefined && !denials.get(id)) onLifted?.(device)
    }
  }
}
