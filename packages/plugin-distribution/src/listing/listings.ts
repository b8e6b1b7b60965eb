import { isAtLeast } from '@borgo/core'
import type { AccountId, Database, Entry, Group, GroupId, Groups, PeerId } from '@borgo/core'
import type { ContentId } from '../content-id.ts'
import { CONTENT, WITHDRAW } from './records.ts'
import type { ContentRecord, WithdrawRecord } from './records.ts'

/** Something published to a group. */
export interface Listing extends ContentRecord {
  group: GroupId
  /** Who published it first, among those who did not take it back. */
  account: AccountId
  device: PeerId
  /** When, ms since 1970 by the publisher's hybrid clock. */
  publishedAt: number
}

/** What each group's log says was published, kept as tables. */
export class Listings {
  readonly #db: Database
  readonly #groups: Groups

  constructor(db: Database, groups: Groups) {
    this.#db = db
    this.#groups = groups
  }

  /** Follows the logs from where it stopped last time, until `signal` aborts. */
  async follow(signal: AbortSignal, onChange: (group: GroupId, cid: ContentId) => void): Promise<void> {
    const after = Number(this.#db.prepare('SELECT position FROM followed').get()?.position)
    const kinds = [CONTENT, WITHDRAW] as const
    for await (const entry of this.#groups.follow<ContentRecord | WithdrawRecord>(kinds, { after, signal })) {
      this.#db.transaction(() => {
        this.apply(entry)
        this.#db.prepare('UPDATE followed SET position = ?').run(entry.position)
      })
      onChange(entry.group, entry.data.cid)
    }
  }

  /** Takes in one record; once more does no harm. */
  apply(entry: Entry<ContentRecord | WithdrawRecord>): void {
    if ('name' in entry.data) this.#add(entry, entry.data)
    else this.#withdraw(entry, entry.data.cid)
  }

  /** Newest first. */
  list(group: GroupId): Listing[] {
    const rows = this.#db
      .prepare(
        `SELECT *, min(ms * 1000 + count) FROM listing WHERE group_id = ? AND is_withdrawn = 0
         GROUP BY cid ORDER BY ms DESC, count DESC, cid`
      )
      .all(group)
    return rows.map(listingOf)
  }

  get(group: GroupId, cid: ContentId): Listing | undefined {
    const row = this.#db
      .prepare('SELECT * FROM listing WHERE group_id = ? AND cid = ? AND is_withdrawn = 0 ORDER BY ms, count LIMIT 1')
      .get(group, cid)
    return row && listingOf(row)
  }

  /** The groups to which a content is published now. */
  groupsOf(cid: ContentId): GroupId[] {
    const rows = this.#db.prepare('SELECT DISTINCT group_id FROM listing WHERE cid = ? AND is_withdrawn = 0').all(cid)
    return rows.map(row => String(row.group_id) as GroupId)
  }

  #add(entry: Entry, { cid, name, bytes, files, mime }: ContentRecord): void {
    this.#put(entry, cid, entry.account, [0, name, bytes, files ?? null, mime ?? null])
  }

  #withdraw(entry: Entry, cid: ContentId): void {
    const accounts = new Set<string>([entry.account])
    if (isAtLeast(this.#groups.get(entry.group)?.member(entry.account)?.role, 'admin'))
      for (const row of this.#db
        .prepare('SELECT account FROM listing WHERE group_id = ? AND cid = ?')
        .all(entry.group, cid))
        accounts.add(String(row.account))
    for (const account of accounts) this.#put(entry, cid, account, [1, '', 0, null, null])
  }

  /** The newer word of an account wins, in whatever order the two arrive. */
  #put(entry: Entry, cid: ContentId, account: string, values: (string | number | null)[]): void {
    const { group, device, order } = entry
    this.#db
      .prepare(
        `INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET device = excluded.device, ms = excluded.ms, count = excluded.count,
           is_withdrawn = excluded.is_withdrawn, name = excluded.name, bytes = excluded.bytes,
           files = excluded.files, mime = excluded.mime
         WHERE (excluded.ms, excluded.count) > (ms, count)`
      )
      .run(group, cid, account, device, order.ms, order.count, ...values)
  }
}

/** True when `account`, whose group this is, may take a listing back. */
export function mayWithdraw(group: Group, listing: Listing, account: AccountId): boolean {
  return isAtLeast(group.role, 'admin') || listing.account === account
}

function listingOf(row: Record<string, unknown>): Listing {
  return {
    group: String(row.group_id) as GroupId,
    cid: String(row.cid) as ContentId,
    name: String(row.name),
    bytes: Number(row.bytes),
    ...(row.files === null ? {} : { files: Number(row.files) }),
    ...(row.mime === null ? {} : { mime: String(row.mime) }),
    account: String(row.account) as AccountId,
    device: String(row.device) as PeerId,
    publishedAt: Number(row.ms)
  }
}
