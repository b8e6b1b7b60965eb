import type { Database, Row } from '../store/store.ts'
import type { Place } from './record.ts'

export const NAMES_SCHEMA = `
  CREATE TABLE name_registration ( -- a name of this device
    label TEXT NOT NULL,
    place TEXT NOT NULL, -- link, global or a group's id
    comment TEXT NOT NULL,
    data BLOB NOT NULL,
    addresses TEXT, -- JSON array of multiaddrs, when they are fixed
    lifetime_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL, -- of the last announcement, 0 before it
    expires_at INTEGER NOT NULL, -- of the last announcement
    withdrawn INTEGER NOT NULL,
    PRIMARY KEY (label, place)
  ) STRICT;
`

/** A name of this device as it is on disk. */
export interface StoredName {
  label: string
  place: Place
  comment: string
  data: Uint8Array
  addresses: readonly string[] | undefined
  lifetimeMs: number
  sequence: number
  expiresAt: number
  withdrawn: boolean
}

/** This device's names on disk. */
export interface Registrations {
  all(): StoredName[]
  save(name: StoredName): void
  remove(name: Pick<StoredName, 'label' | 'place'>): void
}

export function openRegistrations(database: Database): Registrations {
  const select = database.prepare('SELECT * FROM name_registration')
  const replace = database.prepare('INSERT OR REPLACE INTO name_registration VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM name_registration WHERE label = ? AND place = ?')
  return {
    all: () => select.all().map(fromRow),
    save({ label, place, comment, data, addresses, lifetimeMs, sequence, expiresAt, withdrawn }) {
      const list = addresses === undefined ? null : JSON.stringify(addresses)
      replace.run(label, place, comment, data, list, lifetimeMs, sequence, expiresAt, Number(withdrawn))
    },
    remove({ label, place }) {
      remove.run(label, place)
    }
  }
}

function fromRow(row: Row): StoredName {
  return {
    label: String(row.label),
    place: String(row.place) as Place,
    comment: String(row.comment),
    data: row.data instanceof Uint8Array ? row.data : new Uint8Array(),
    addresses: row.addresses === null ? undefined : (JSON.parse(String(row.addresses)) as string[]),
    lifetimeMs: Number(row.lifetime_ms),
    sequence: Number(row.sequence),
    expiresAt: Number(row.expires_at),
    withdrawn: row.withdrawn === 1
  }
}
