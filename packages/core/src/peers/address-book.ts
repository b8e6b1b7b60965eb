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
  /** Runs when what is known of a device changed; returns its undo. */
  onChange(listener: (device: PeerId) => void): () => void
}

/** A device keeps at most this many addresses. */
const KEPT = 16
/** So many devices are remembered: anybody may introduce as many as they like. Members tell each other of the others. */
export const KEPT_DEVICES = 4_096
/** Forgotten together, so that not every newcomer costs a look at all. */
const FORGOTTEN_AT_ONCE = 256

export function createAddressBook(database: Database): AddressBook {
  const select = database.prepare('SELECT list FROM addresses WHERE device = ?')
  const upsert = database.prepare(
    'INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET list = excluded.list, seen_at = excluded.seen_at'
  )
  const forgetOldest = database.prepare(
    'DELETE FROM addresses WHERE device IN (SELECT device FROM addresses ORDER BY seen_at, device LIMIT ?)'
  )
  let count = Number(database.prepare('SELECT count(*) AS n FROM addresses').get()?.n)

  const insert = (device: PeerId, list: string, seenAt: number): void => {
    database.transaction(() => {
      if (count >= KEPT_DEVICES) count -= Number(forgetOldest.run(FORGOTTEN_AT_ONCE).changes)
      upsert.run(device, list, seenAt)
    })
    count++
  }
  const listeners = new Set<(device: PeerId) => void>()
  const book: AddressBook = {
    get(device) {
      const row = select.get(device)
      return row ? (JSON.parse(String(row.list)) as string[]) : []
    },
    set(device, addresses, seenAt) {
      const list = JSON.stringify(addresses.slice(0, KEPT))
      const known = select.get(device)
      if (list === known?.list) return
      if (known) upsert.run(device, list, seenAt)
      else insert(device, list, seenAt)
      for (const listener of [...listeners]) listener(device)
    },
    add(device, addresses, seenAt) {
      book.set(device, [...new Set([...book.get(device), ...addresses])], seenAt)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  return book
}
