import type { PeerId } from '../ids.ts'
import type { Database } from '../store/store.ts'

export const ADDRESS_BOOK_SCHEMA = `
  CREATE TABLE addresses (
    device TEXT PRIMARY KEY,
    list TEXT NOT NULL, -- JSON array of multiaddrs
    seen_at INTEGER NOT NULL
  ) STRICT;
`

/** Where each device was last said to be reachable; kept over restarts. */
export interface AddressBook {
  get(device: PeerId): string[]
  /** Replaces what was known. */
  set(device: PeerId, addresses: string[], seenAt: number): void
  /** Adds what a third party says, without displacing what the device itself said. */
  add(device: PeerId, addresses: string[], seenAt: number): void
}

/** A device keeps at most this many addresses. */
const KEPT = 16

export function createAddressBook(database: Database): AddressBook {
  const select = database.prepare('SELECT list FROM addresses WHERE device = ?')
  const upsert = database.prepare(
    'INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET list = excluded.list, seen_at = excluded.seen_at'
  )
  const book: AddressBook = {
    get(device) {
      const row = select.get(device)
      return row ? (JSON.parse(String(row.list)) as string[]) : []
    },
    set(device, addresses, seenAt) {
      const list = JSON.stringify(addresses.slice(0, KEPT))
      if (list !== JSON.stringify(book.get(device))) upsert.run(device, list, seenAt)
    },
    add(device, addresses, seenAt) {
      book.set(device, [...new Set([...book.get(device), ...addresses])], seenAt)
    }
  }
  return book
}
