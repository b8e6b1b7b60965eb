import { isAtLeast } from '@borgo/core'
import type { AccountId, Database, Entry, Group, GroupId, Groups, PeerId } from '@borgo/core'
import type { ContentId } from '../content-id.ts'
import type { ContentRecord, WithdrawRecord } from './records.ts'

/**
 * Something published to a group. When several publish the same, the word that counts is one that fits what the content
 * turned out to be, then this person's own, then the one that came here first. Its size is the true one once it is known.
 */
export interface Listing extends ContentRecord {
  group: GroupId
  account: AccountId
  device: PeerId
  /** When, ms since 1970 by the publisher's hybrid clock. */
  publishedAt: number
}

/** What a content is, as its nodes say. */
export interface Measure {
  bytes: number
  /** undefined: a single file */
  files: number | undefined
}

/** The word that counts on each content of a group; the placeholders are this person's account and the group. */
const BEST = `
  SELECT listing.*, measured.bytes AS true_bytes, measured.files AS true_files, row_number() OVER (
    PARTITION BY listing.cid
    ORDER BY measured.cid IS NOT NULL AND (listing.bytes <> measured.bytes OR listing.files IS NOT measured.files),
      account <> ?, position
  ) AS rank
  FROM listing LEFT JOIN measured USING (cid)
  WHERE group_id = ? AND is_withdrawn = 0`

/** What each group's log says was published, kept as tables. */
export class Listings {
  readonly #db: Database
  readonly #groups: Groups
  readonly #account: AccountId

  /** `account` is this person's. */
  constructor(db: Database, groups: Groups, account: AccountId) {
    this.#db = db
    this.#groups = groups
    this.#account = account
  }

  /** Takes in one record; once more does no harm. */
  apply(entry: Entry<ContentRecord | WithdrawRecord>): void {
    if ('name' in entry.data) this.#add(entry, entry.data)
    else this.#withdraw(entry, entry.data.cid)
  }

  /** Newest first. */
  list(group: GroupId): Listing[] {
    const rows = this.#db
      .prepare(`SELECT * FROM (${BEST}) WHERE rank = 1 ORDER BY ms DESC, count DESC, cid`)
      .all(this.#account, group)
    return rows.map(listingOf)
  }

  get(group: GroupId, cid: ContentId): Listing | undefined {
    const row = this.#db.prepare(`${BEST} AND listing.cid = ? ORDER BY rank LIMIT 1`).get(this.#account, group, cid)
    return row && listingOf(row)
  }

  /** Notes what a content really is. */
  measured(cid: ContentId, { bytes, files }: Measure): void {
    this.#db.prepare('INSERT OR REPLACE INTO measured VALUES (?, ?, ?)').run(cid, bytes, files ?? null)
  }

  /** True when somebody published it to the group with this size. */
  isListedWith(group: GroupId, cid: ContentId, bytes: number): boolean {
    const said = 'SELECT 1 FROM listing WHERE group_id = ? AND cid = ? AND bytes = ? AND is_withdrawn = 0 LIMIT 1'
    return this.#db.prepare(said).get(group, cid, bytes) !== undefined
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
    const { group, device, order, position } = entry
    this.#db
      .prepare(
        `INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET device = excluded.device, ms = excluded.ms, count = excluded.count,
           is_withdrawn = excluded.is_withdrawn, name = excluded.name, bytes = excluded.bytes,
           files = excluded.files, mime = excluded.mime
         WHERE (excluded.ms, excluded.count) > (ms, count)`
      )
      .run(group, cid, account, device, order.ms, order.count, position, ...values)
  }
}

/** True when `account`, whose group this is, may take a listing back. */
export function mayWithdraw(group: Group, listing: Listing, account: AccountId): boolean {
  return isAtLeast(group.role, 'admin') || listing.account === account
}

function listingOf(row: Record<string, unknown>): Listing {
  const files = row.true_bytes === null ? row.files : row.true_files
  return {
    group: String(row.group_id) as GroupId,
    cid: String(row.cid) as ContentId,
    name: String(row.name),
    bytes: Number(row.true_bytes ?? row.bytes),
    ...(files === null ? {} : { files: Number(files) }),
    ...(row.mime === null ? {} : { mime: String(row.mime) }),
    account: String(row.account) as AccountId,
    device: String(row.device) as PeerId,
    publishedAt: Number(row.ms)
  }
}
