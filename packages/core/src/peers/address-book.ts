import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import { leadingTo } from '../transport/address.ts'

export const ADDRESS_BOOK_SCHEMA = `
  CREATE TABLE addresses (
    device TEXT PRIMARY KEY,
    list TEXT NOT NULL, -- JSON array of multiaddrs that it said itself, then of [multiaddr, teller, ms] that others said
    seen_at INTEGER NOT NULL
  ) STRICT;
`

/**
 * Where each device was last said to be reachable; kept over restarts. What does not lead to the device is neither kept nor
 * told: one such address and no dial of the device would succeed.
 */
export interface AddressBook {
  /** What the device said itself, then what others say, the latest first. */
  get(device: PeerId): string[]
  /** Replaces what was known by what the device itself says. */
  set(device: PeerId, addresses: readonly string[], seenAt: number): void
  /** Adds what the device itself signed a while ago, before what it said earlier. */
  found(device: PeerId, addresses: readonly string[], seenAt: number): void
  /**
   * Adds what others say (`teller`, or undefined for cards), beside what the device itself said. What came first goes
   * first: it was dialled at once, and had it answered, the device would have spoken for itself.
   */
  add(device: PeerId, addresses: readonly string[], seenAt: number, teller?: PeerId | typeof LINK): void
  /**
   * Somebody else answered there: for an hour nobody is told that it leads to the device, whoever says so. Others' word of
   * it is forgotten; what the device said itself may be right again when this machine, or that one, is elsewhere.
   */
  ruleOut(device: PeerId, address: string): void
  /** Runs when what is known of a device changed; returns its undo. */
  onChange(listener: (device: PeerId) => void): () => void
  /** Writes down what it learned, at once. */
  flush(): void
  stop(): void
}

/** The teller of what discovery on the link finds: anybody there, about anybody. */
export const LINK = 'link'
/** So many addresses of a device are kept that it said itself, */
const KEPT = 16
/** and so many that others say. */
const KEPT_HEARSAY = 8
/** So many devices are remembered that are not ours: anybody may introduce as many as they like. */
export const KEPT_STRANGERS = 4_096
/** Forgotten together, so that not every newcomer costs a look at all. */
const FORGOTTEN_AT_ONCE = 256
/** How long an address is not tried at which somebody else answered, ms, */
export const SOMEBODY_ELSE_MS = 3_600_000
/** and how many of these are remembered. */
const SOMEBODY_ELSES = 4_096
/** What strangers say, and members of others, is written together after so long: a commit for each would keep the disk busy. */
const WRITTEN_AFTER_MS = 1_000
/** Or when it is of so many devices. */
const WRITTEN_AT = 256
/** So many devices are remembered of which what an earlier run wrote was looked through. */
const CHECKED = 65_536

interface Hearsay {
  address: string
  /** Empty for cards. */
  teller: string
  heardAt: number
}

interface Row {
  /** JSON, as in the table. */
  list: string
  seenAt: number
}

interface Known {
  own: readonly string[]
  /** The latest first. */
  hearsay: readonly Hearsay[]
}

export function createAddressBook(options: {
  database: Database
  clock: Pick<Clock, 'after' | 'now'>
  logger: Logger
  /** Whose own word is written at once, so that they are found after a crash. @default nobody's */
  isOurs?(device: PeerId): boolean
  /** All of these, who are never forgotten. */
  ours?(): ReadonlySet<PeerId>
}): AddressBook {
  const { database, clock, logger, isOurs = () => false, ours = () => new Set() } = options
  const select = database.prepare('SELECT list, seen_at AS seenAt FROM addresses WHERE device = ?')
  const upsert = database.prepare(
    'INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET list = excluded.list, seen_at = excluded.seen_at'
  )
  const oldestFirst = database.prepare('SELECT device FROM addresses ORDER BY seen_at, device')
  const forget = database.prepare('DELETE FROM addresses WHERE device = ?')
  /** So many more may come before there can be too many strangers. */
  let room = KEPT_STRANGERS - Number(database.prepare('SELECT count(*) AS n FROM addresses').get()?.n)
  const unwritten = new Map<PeerId, Row>()
  /** Whose row holds nothing but what leads there. */
  const checked = new Set<PeerId>()
  /** Addresses at which somebody else is, and until when that counts. */
  const others = new Map<string, number>()
  let cancelWriting: (() => void) | undefined

  const makeRoom = (): void => {
    const kept = ours()
    const strangers = oldestFirst.all().flatMap(({ device }) => (kept.has(device as PeerId) ? [] : [device as PeerId]))
    const tooMany = strangers.splice(0, Math.max(0, strangers.length - KEPT_STRANGERS + FORGOTTEN_AT_ONCE))
    for (const device of tooMany) forget.run(device)
    room = KEPT_STRANGERS - strangers.length
  }
  const insert = (device: PeerId, list: string, seenAt: number): void => {
    if (room <= 0) makeRoom()
    upsert.run(device, list, seenAt)
    room--
  }
  const write = (): void => {
    cancelWriting?.()
    cancelWriting = undefined
    if (unwritten.size === 0) return
    try {
      database.transaction(() => {
        for (const [device, { list, seenAt }] of unwritten)
          if (select.get(device)) upsert.run(device, list, seenAt)
          else insert(device, list, seenAt)
      })
    } catch (error) {
      logger.error('addresses are not written down', { error: String(error) })
      // Of what was done and undone nothing is known.
      room = 0
      checked.clear()
    }
    unwritten.clear()
  }
  const keep = (device: PeerId, { own, hearsay }: Known, seenAt: number): void => {
    const said = hearsay.map(({ address, teller, heardAt }) => [address, teller, heardAt])
    unwritten.set(device, { list: JSON.stringify([...own, ...said]), seenAt })
    if (unwritten.size >= WRITTEN_AT) write()
    else cancelWriting ??= clock.after(WRITTEN_AFTER_MS, write)
  }
  const rowOf = (device: PeerId): Row | undefined =>
    unwritten.get(device) ?? (select.get(device) as unknown as Row | undefined)
  const { on: onChange, tell: changed } = listeners<[device: PeerId]>()
  const known = (device: PeerId): Known => {
    const row = rowOf(device)
    const all = parse(row?.list)
    if (!row || checked.has(device)) return all
    if (checked.size >= CHECKED) checked.clear()
    checked.add(device)
    const there = new Set(leadingTo(device, addressesIn(all)))
    if (there.size === all.own.length + all.hearsay.length) return all
    const own = all.own.filter(address => there.has(address))
    const hearsay = all.hearsay.filter(({ address }) => there.has(address))
    keep(device, { own, hearsay }, row.seenAt)
    return { own, hearsay }
  }
  const put = (device: PeerId, next: Known, seenAt: number, isUrgent = isOurs(device)): void => {
    const before = known(device)
    keep(device, next, seenAt)
    if (isUrgent) write()
    if (!isSame(addressesIn(before), addressesIn(next))) changed(device)
  }

  const isRight = (address: string): boolean => (others.get(address) ?? 0) <= clock.now()

  return {
    get: device => addressesIn(known(device)).filter(isRight),
    set(device, addresses, seenAt) {
      const own = leadingTo(device, addresses).slice(0, KEPT)
      const before = known(device)
      if (before.hearsay.length > 0 || !isSame(before.own, own) || rowOf(device) === undefined)
        put(device, { own, hearsay: [] }, seenAt)
    },
    found(device, addresses, seenAt) {
      const before = known(device)
      const own = [...new Set([...leadingTo(device, addresses), ...before.own])].slice(0, KEPT)
      put(device, { own, hearsay: before.hearsay.filter(({ address }) => !own.includes(address)) }, seenAt)
    },
    add(device, addresses, seenAt, teller) {
      const before = known(device)
      const here = addressesIn(before)
      const there = [...new Set(leadingTo(device, addresses))].filter(isRight)
      const news = there.filter(address => !here.includes(address)).slice(0, KEPT_HEARSAY)
      if (news.length === 0) return
      const heard = news.map(address => ({ address, teller: teller ?? '', heardAt: seenAt }))
      const next = { own: before.own, hearsay: fewer([...heard, ...before.hearsay]) }
      // Members and the link tell again; a card is shown once.
      put(device, next, seenAt, teller === undefined)
    },
    ruleOut(device, address) {
      const { own, hearsay } = known(device)
      const kept = hearsay.filter(each => each.address !== address)
      const isHearsay = kept.length < hearsay.length
      if (!isHearsay && !own.includes(address)) return
      const [oldest] = others.keys()
      if (others.size >= SOMEBODY_ELSES && oldest !== undefined) others.delete(oldest)
      others.delete(address)
      others.set(address, clock.now() + SOMEBODY_ELSE_MS)
      if (isHearsay) keep(device, { own, hearsay: kept }, rowOf(device)?.seenAt ?? clock.now())
    },
    onChange,
    flush: write,
    stop: write
  }
}

/** Whoever told most gives way first, its oldest: nobody pushes out what others say. */
function fewer(hearsay: readonly Hearsay[]): Hearsay[] {
  const kept = [...hearsay]
  while (kept.length > KEPT_HEARSAY) {
    const tellers = [...Map.groupBy(kept, ({ teller }) => teller).values()]
    const most = Math.max(...tellers.map(({ length }) => length))
    // Of those who told as much, who told longest ago.
    const last = kept.findLastIndex(({ teller }) => kept.filter(each => each.teller === teller).length === most)
    kept.splice(last, 1)
  }
  return kept
}

const addressesIn = ({ own, hearsay }: Known): string[] => [...own, ...hearsay.map(({ address }) => address)]

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

function parse(list: string | undefined): Known {
  const all = list === undefined ? [] : (JSON.parse(list) as (string | [string, string, number])[])
  return {
    own: all.filter(each => typeof each === 'string'),
    hearsay: all
      .filter(each => typeof each !== 'string')
      .map(([address, teller, heardAt]) => ({ address, teller, heardAt }))
  }
}
