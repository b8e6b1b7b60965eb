import type { Clock } from '../clock.ts'
import type { Entry } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { takeIn } from '../log/taking.ts'
import type { Membership } from '../groups/membership.ts'
import type { AccountId, GroupId } from '../ids.ts'
import type { Log } from '../log/log.ts'
import type { Logger } from '../logger.ts'
import type { Home } from './home.ts'

/** Records read in one go. */
const PAGE = 500

export interface OwnRecordsDeps {
  self: AccountId
  home: Pick<Home, 'append' | 'define' | 'follow'>
  log: Pick<Log, 'page'>
  membership: Pick<Membership, 'groups' | 'isHome'>
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/** What all devices of this person know of one kind. */
export interface OwnRecords<T> {
  /** Resolves when it is committed here and was taken in. Throws FORBIDDEN, TOO_LARGE, DISK_FULL, STOPPED, TypeError. */
  append(data: T): Promise<void>
}

/**
 * Defines a kind of records at home and gives each to `take`: those that are here before this returns, later ones as
 * they come. `take` may get one twice, and older ones after newer ones: it looks at their order.
 */
export function ownRecords<T>(
  kind: RecordKind<T>,
  deps: OwnRecordsDeps,
  take: (entry: Entry<T>) => void
): OwnRecords<T> {
  const { self, home, log, membership, clock, logger, signal } = deps
  home.define(kind)

  /** The last position. */
  const readHome = (group: GroupId): number => {
    let last = 0
    let page = log.page(group, [kind], { limit: PAGE })
    for (;;) {
      for (const entry of page.entries) {
        last = Math.max(last, entry.position)
        if (entry.account === self) take(entry)
      }
      if (!page.before) return last
      page = log.page(group, [kind], { limit: PAGE, before: page.before })
    }
  }
  const place = Math.max(0, ...membership.groups().filter(membership.isHome).map(readHome))
  takeIn({ groups: home, clock, log: logger, signal }, { kinds: [kind], place, take })

  return {
    async append(data) {
      take(await home.append(kind, data))
    }
  }
}
