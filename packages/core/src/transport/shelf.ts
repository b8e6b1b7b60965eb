import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { BorgoError, coreError } from '../errors.ts'
import { MAX_ITEMS, MAX_ITEM_BYTES, MAX_ITEM_MS, MAX_KEY_BYTES } from './dht.ts'
import type { Inspect, Inspected } from './dht.ts'

/** Of a key of the table. */
const KEY_BYTES = 32
/** What one node keeps in all. */
const MAX_KEYS = 4_096
const MAX_BYTES = 16 * 1024 * 1024
/**
 * Nothing is kept for longer, ms: as long as an item may last, and an hour, by which the clock of who put it may be ahead.
 * Whose clock is off by more, the other's or this one, nobody knows; so it is no reason to refuse anything.
 */
const MAX_KEPT_MS = MAX_ITEM_MS + 3_600_000
const MAX_SLOT = 64
/** The same items come from many nodes: so many verdicts are remembered. */
const REMEMBERED = 1_024

/** What a node keeps of the distributed table: checked, bounded, and the newest of each slot only. */
export interface Shelf {
  /** Throws KIND_TAKEN. Returns its undo. */
  define(namespace: string, inspect: Inspect): () => void
  /** Throws BAD_RECORD for what no honest node puts there, whatever the clocks show. */
  inspect(place: Place, item: Uint8Array): Inspected
  /** Keeps an item, for 49 hours at most, unless a newer one is there or it has expired. Throws BAD_RECORD. */
  add(place: Place, item: Uint8Array): void
  items(place: Place): Uint8Array[]
  size(): { keys: number; bytes: number }
}

export interface Place {
  namespace: string
  key: Uint8Array
}

/** A place as the table names it: `/namespace/` and the key. */
export function tableKey({ namespace, key }: Place): Uint8Array {
  return Buffer.concat([Buffer.from(`/${namespace}/`), key])
}

/** Reads what `tableKey` made; undefined when it is something else. */
export function placeIn(bytes: Uint8Array): Place | undefined {
  const [, namespace = ''] =
    /^\/([a-z-]{1,32})\/$/.exec(Buffer.from(bytes.subarray(0, -KEY_BYTES)).toString('latin1')) ?? []
  return namespace === '' ? undefined : { namespace, key: bytes.slice(-KEY_BYTES) }
}

interface Kept extends Inspected {
  item: Uint8Array
}

/** The kept items of one key. */
interface Row {
  distance: Buffer
  bytes: number
  slots: Map<string, Kept>
}

/** `self` is hashed: keys that lie near it are kept the longest, as others look for them here. */
export function createShelf(self: Uint8Array, clock: Clock): Shelf {
  const rules = new Map<string, Inspect>()
  const rows = new Map<string, Row>()
  const verdicts = new Map<string, Inspected | BorgoError>()
  const own = sha256(self)
  let bytes = 0
  /** Nothing expires before. */
  let nextExpiry = Infinity

  const nameOf = (place: Place): string => Buffer.from(tableKey(place)).toString('latin1')

  const judge = (check: Inspect, place: Place, item: Uint8Array): Inspected => {
    if (item.length === 0 || item.length > MAX_ITEM_BYTES)
      throw coreError('BAD_RECORD', `an item has 1 to ${MAX_ITEM_BYTES} bytes`)
    const found = check(place.key, item)
    if (found.slot.length > MAX_SLOT) throw coreError('BAD_RECORD', `a slot has at most ${MAX_SLOT} characters`)
    return found
  }
  const inspect = (place: Place, item: Uint8Array): Inspected => {
    const check = rules.get(place.namespace)
    if (place.key.length !== KEY_BYTES) throw coreError('BAD_RECORD', `a key has ${KEY_BYTES} bytes`)
    if (!check) throw coreError('BAD_RECORD', `nothing is kept under ${JSON.stringify(place.namespace)}`)
    const id = sha256(tableKey(place), item).toString('base64')
    const known = verdicts.get(id)
    if (known instanceof Error) throw known
    if (known) return known
    if (verdicts.size >= REMEMBERED) for (const oldest of verdicts.keys()) if (verdicts.delete(oldest)) break
    try {
      const found = judge(check, place, item)
      verdicts.set(id, found)
      return found
    } catch (error) {
      if (error instanceof BorgoError) verdicts.set(id, error)
      throw error
    }
  }

  const drop = (name: string, row: Row, slot: string, kept: Kept): void => {
    row.slots.delete(slot)
    row.bytes -= kept.item.length
    bytes -= kept.item.length
    if (row.slots.size === 0) rows.delete(name)
  }
  /** Forgets what has expired under a key. */
  const tidy = (name: string, row: Row): void => {
    for (const [slot, kept] of row.slots) if (kept.expiresAt <= clock.now()) drop(name, row, slot, kept)
  }
  const tidyAll = (): void => {
    if (clock.now() < nextExpiry) return
    nextExpiry = Infinity
    for (const [name, row] of rows) {
      tidy(name, row)
      for (const { expiresAt } of row.slots.values()) nextExpiry = Math.min(nextExpiry, expiresAt)
    }
  }
  const firstToExpire = ({ slots }: Row): [string, Kept] | undefined => {
    let first: [string, Kept] | undefined
    for (const entry of slots) if (!first || entry[1].expiresAt < first[1].expiresAt) first = entry
    return first
  }
  const makeRoom = (name: string, row: Row): void => {
    while (row.slots.size > MAX_ITEMS || row.bytes > MAX_KEY_BYTES) {
      const first = firstToExpire(row)
      if (!first) return
      drop(name, row, ...first)
    }
    while (rows.size > MAX_KEYS || bytes > MAX_BYTES) {
      let furthest: [string, Row] | undefined
      for (const entry of rows) {
        tidy(...entry)
        if (!furthest || Buffer.compare(entry[1].distance, furthest[1].distance) > 0) furthest = entry
      }
      if (!furthest) return
      rows.delete(furthest[0])
      bytes -= furthest[1].bytes
    }
  }

  return {
    define(namespace, check) {
      if (!/^[a-z-]{1,32}$/.test(namespace)) throw new TypeError(`not a namespace: ${namespace}`)
      if (rules.has(namespace)) throw coreError('KIND_TAKEN', `${namespace} has its rules already`)
      rules.set(namespace, check)
      return () => {
        if (rules.get(namespace) === check) rules.delete(namespace)
      }
    },
    inspect,
    add(place, item) {
      const found = inspect(place, item)
      const expiresAt = Math.min(found.expiresAt, clock.now() + MAX_KEPT_MS)
      if (expiresAt <= clock.now()) return
      const name = nameOf(place)
      const row = rows.get(name) ?? {
        distance: xor(own, sha256(tableKey(place))),
        bytes: 0,
        slots: new Map<string, Kept>()
      }
      const present = row.slots.get(found.slot)
      if (present && present.sequence >= found.sequence) return
      if (present) drop(name, row, found.slot, present)
      row.slots.set(found.slot, { ...found, expiresAt, item: item.slice() })
      row.bytes += item.length
      bytes += item.length
      rows.set(name, row)
      nextExpiry = Math.min(nextExpiry, expiresAt)
      makeRoom(name, row)
    },
    items(place) {
      const name = nameOf(place)
      const row = rows.get(name)
      if (!row) return []
      tidy(name, row)
      return [...row.slots.values()].map(({ item }) => item)
    },
    size() {
      tidyAll()
      return { keys: rows.size, bytes }
    }
  }
}

function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
}
