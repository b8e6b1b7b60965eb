import type { Clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { parseGroupId } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import type { WaitingJoin } from './group.ts'
import { readLink } from './invitation.ts'

/** First wait before asking again, doubled up to the longest, ms. */
const FIRST_ASK_MS = 2_000
const LONGEST_ASK_MS = 60_000

const DECISIONS = [
  'APPROVAL_DECLINED',
  'BAD_INVITATION',
  'INVITATION_EXPIRED',
  'INVITATION_USED_UP',
  'REMOVED'
] as const

/** Groups that this device asked to join and that an admin has to let it into: asked again and again, over restarts. */
export interface WaitingRoom {
  list(): WaitingJoin[]
  /** Begins to ask for what was answered with APPROVAL_PENDING. */
  add(link: string): void
  remove(group: GroupId): void
  stop(): void
}

export function waitingRoom(deps: {
  database: Database
  clock: Clock
  logger: Logger
  /** Joins by a link, or throws as `Groups.join` does. */
  join(link: string, signal: AbortSignal): Promise<unknown>
  changed(group: GroupId): void
}): WaitingRoom {
  const { database, clock, logger, join, changed } = deps
  const asking = new Map<GroupId, AbortController>()
  const rows = (): { group: GroupId; link: string; askedAt: number; refused: WaitingJoin['refused'] }[] =>
    database
      .prepare('SELECT * FROM membership_waiting ORDER BY asked_at, group_id')
      .all()
      .map(row => ({
        group: parseGroupId(String(row.group_id)),
        link: String(row.link),
        askedAt: Number(row.asked_at),
        refused: DECISIONS.find(code => code === row.refused)
      }))
  const forget = (group: GroupId): void => {
    asking.get(group)?.abort()
    asking.delete(group)
    database.prepare('DELETE FROM membership_waiting WHERE group_id = ?').run(group)
    changed(group)
  }

  const ask = (group: GroupId, link: string, waitMs: number): void => {
    const controller = new AbortController()
    asking.set(group, controller)
    const cancel = clock.after(waitMs, () => void tryOnce())
    controller.signal.addEventListener('abort', cancel)
    const tryOnce = async (): Promise<void> => {
      try {
        await join(link, controller.signal)
        if (!controller.signal.aborted) forget(group)
      } catch (error) {
        if (controller.signal.aborted) return
        if (!hasCode(error, ...DECISIONS)) {
          logger.debug('not let in yet', { group, error: String(error) })
          ask(group, link, Math.min(LONGEST_ASK_MS, 2 * waitMs))
          return
        }
        asking.delete(group)
        database.prepare('UPDATE membership_waiting SET refused = ? WHERE group_id = ?').run(error.code, group)
        changed(group)
      }
    }
  }
  for (const { group, link, refused } of rows()) if (refused === undefined) ask(group, link, FIRST_ASK_MS)

  return {
    list: () =>
      rows().map(({ group, link, askedAt, refused }) => ({ group, name: readLink(link).name, askedAt, refused })),
    add(link) {
      const { group } = readLink(link)
      asking.get(group)?.abort()
      database.prepare('INSERT OR REPLACE INTO membership_waiting VALUES (?, ?, ?, NULL)').run(group, link, clock.now())
      ask(group, link, FIRST_ASK_MS)
      changed(group)
    },
    remove: forget,
    stop() {
      for (const controller of asking.values()) controller.abort()
      asking.clear()
    }
  }
}
