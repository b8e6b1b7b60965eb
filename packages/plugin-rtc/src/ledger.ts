import { CURSOR_TABLE } from '@borgo/core'
import type { AccountId, Database, Entry, GroupId, PeerId, Row } from '@borgo/core'
import type { Marks, Receipt, Text } from './records.ts'

export const SCHEMA = [
  `
  ${CURSOR_TABLE}

  -- Messages of others that this person has not read: one row each, gone when read.
  CREATE TABLE unread (
    grp TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (grp, device, seq)
  ) STRICT, WITHOUT ROWID;

  -- How far each person (reader) has each device's messages.
  CREATE TABLE marks (
    grp TEXT NOT NULL, reader TEXT NOT NULL, device TEXT NOT NULL,
    delivered INTEGER NOT NULL, read INTEGER NOT NULL,
    PRIMARY KEY (grp, device, reader)
  ) STRICT, WITHOUT ROWID;

  -- Newest message of each device, to answer with receipts.
  CREATE TABLE newest (
    grp TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (grp, device)
  ) STRICT, WITHOUT ROWID;

  -- Conversations of two that lost against one of the same person, once their messages were sent again.
  CREATE TABLE resent (grp TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `
]

/**
 * What the plugin derives from the log: unread messages and receipts. Changed only together with
 * the place in the log up to which it holds, so that a restart neither loses nor counts twice.
 */
export interface Ledger {
  addUnread(entry: Entry<Text>): void
  setNewest(entry: Entry<Text>): void
  /** Raises a person's marks; true when anything rose. */
  raise(group: GroupId, reader: AccountId, receipt: Receipt): boolean
  /** Forgets unread messages up to these marks. */
  clearUnread(group: GroupId, read: Marks): void
  unreadCount(group: GroupId): number
  /** What `reader` has not yet confirmed of what is here. */
  unconfirmed(group: GroupId, reader: AccountId): Marks
  /** How far a person read, device → seq. */
  readBy(group: GroupId, reader: AccountId): Marks
  /** Who has this message, and who read it. */
  seenBy(group: GroupId, device: PeerId, seq: number): { delivered: AccountId[]; read: AccountId[] }
  /** Whether the messages of a conversation that another one replaced were sent again. */
  isResent(group: GroupId): boolean
  setResent(group: GroupId): void
  /** The newest message here of each device but this person's own. */
  newest(group: GroupId): Marks
}

export function createLedger(database: Database): Ledger {
  const { prepare } = database
  const insertUnread = prepare('INSERT OR IGNORE INTO unread VALUES (?, ?, ?)')
  const deleteUnread = prepare('DELETE FROM unread WHERE grp = ? AND device = ? AND seq <= ?')
  const countUnread = prepare('SELECT count(*) AS n FROM unread WHERE grp = ?')
  const upsertNewest = prepare(
    'INSERT INTO newest VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)'
  )
  const raiseMarks = prepare(`
    INSERT INTO marks VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET delivered = max(delivered, excluded.delivered), read = max(read, excluded.read)
    WHERE excluded.delivered > delivered OR excluded.read > read`)
  const selectUnconfirmed = prepare(`
    SELECT newest.device, newest.seq FROM newest
    LEFT JOIN marks ON marks.grp = newest.grp AND marks.device = newest.device AND marks.reader = ?
    WHERE newest.grp = ? AND newest.seq > coalesce(marks.delivered, 0)`)
  const selectSeen = prepare('SELECT reader, read FROM marks WHERE grp = ? AND device = ? AND delivered >= ?')
  const selectNewest = prepare('SELECT device, seq FROM newest WHERE grp = ?')
  const selectRead = prepare('SELECT device, read AS seq FROM marks WHERE grp = ? AND reader = ? AND read > 0')
  const selectResent = prepare('SELECT 1 FROM resent WHERE grp = ?')
  const insertResent = prepare('INSERT OR IGNORE INTO resent VALUES (?)')

  return {
    addUnread: ({ group, device, seq }) => void insertUnread.run(group, device, seq),
    setNewest: ({ group, device, seq }) => void upsertNewest.run(group, device, seq),
    raise(group, reader, { delivered, read }) {
      let rose = false
      for (const device of new Set([...devices(delivered), ...devices(read)])) {
        const readSeq = read[device] ?? 0
        // What was read was delivered.
        const deliveredSeq = Math.max(delivered[device] ?? 0, readSeq)
        rose = Number(raiseMarks.run(group, reader, device, deliveredSeq, readSeq).changes) > 0 || rose
      }
      return rose
    },
    clearUnread(group, read) {
      for (const device of devices(read)) deleteUnread.run(group, device, read[device] ?? 0)
    },
    unreadCount: group => Number(countUnread.get(group)?.n),
    unconfirmed: (group, reader) => toMarks(selectUnconfirmed.all(reader, group)),
    readBy: (group, reader) => toMarks(selectRead.all(group, reader)),
    seenBy(group, device, seq) {
      const rows = selectSeen.all(group, device, seq)
      const accounts = (list: typeof rows): AccountId[] => list.map(({ reader }) => reader as AccountId)
      return { delivered: accounts(rows), read: accounts(rows.filter(({ read }) => Number(read) >= seq)) }
    },
    isResent: group => selectResent.get(group) !== undefined,
    setResent: group => void insertResent.run(group),
    newest: group => toMarks(selectNewest.all(group))
  }
}

function toMarks(rows: Row[]): Marks {
  return Object.fromEntries(rows.map(({ device, seq }) => [String(device), Number(seq)]))
}

function devices(marks: Marks): PeerId[] {
  return Object.keys(marks) as PeerId[]
}
