import type { AccountId, Broadcast, Clock, PeerId, RecordId } from '@borgo/core'
import { clientOf } from './client-id.ts'
import { MAX_PRESENT_SESSIONS } from './protocol.ts'
import type { AwarenessData, Cursor, PresentSession } from './protocol.ts'

/** Somebody who was not heard of for this long is gone, ms. */
export const PRESENCE_EXPIRES_MS = 30_000
/** Those who are here say so again this often, ms. */
export const PRESENCE_RENEW_MS = 15_000
/** Cursors are sent at most this often, ms. */
export const PRESENCE_THROTTLE_MS = 80
/** Newcomers are told who is here at most this often, ms. */
const PRESENCE_ANSWER_MS = 1_000
/** Sessions of others that are kept; more are not shown. */
const MAX_PRESENT = 256

/** One editing session that is in the document now: a tab of somebody's browser, or a program. */
export interface Presence {
  client: number
  account: AccountId
  device: PeerId
  /** On this very device. */
  local: boolean
  /** Grows with each change. */
  clock: number
  cursor: Cursor | null
}

export interface PresenceChange {
  changed: Presence[]
  gone: Presence[]
}

export interface RosterOptions {
  document: RecordId
  account: AccountId
  device: PeerId
  clock: Clock
  send(data: AwarenessData): void
  onChange(change: PresenceChange): void
}

interface Held {
  presence: Presence
  cancelExpiry: () => void
}

/** A session that left. */
interface Left {
  clock: number
  /** When it is forgotten, ms. */
  until: number
}

/** Who is in one document: this device's sessions, which it tells the others about, and theirs. */
export class Roster {
  readonly #options: RosterOptions
  readonly #local = new Map<number, Presence>()
  readonly #remote = new Map<number, Held>()
  /** Sessions that left, by device and session, so that an older message does not bring them back. The latest last. */
  readonly #left = new Map<PeerId, Map<number, Left>>()
  #unsent = new Map<number, PresentSession>()
  #cancelSend: (() => void) | undefined
  #cancelRenewal: (() => void) | undefined
  #cancelAnswer: (() => void) | undefined
  #answeredAt = -Infinity

  constructor(options: RosterOptions) {
    this.#options = options
  }

  list(): Presence[] {
    return [...this.#local.values(), ...[...this.#remote.values()].map(({ presence }) => presence)]
  }

  /** One of this device's sessions is here, or moved its cursor. */
  set(session: number, cursor: Cursor | null): void {
    const { account, clock, device, document } = this.#options
    const known = this.#local.get(session)
    const presence: Presence = {
      client: clientOf(document, device, session),
      account,
      device,
      local: true,
      clock: this.#nextClock(known),
      cursor
    }
    this.#local.set(session, presence)
    this.#cancelRenewal ??= clock.every(PRESENCE_RENEW_MS, () => this.#announce())
    this.#queue({ session, clock: presence.clock, here: true, cursor })
    this.#options.onChange({ changed: [presence], gone: [] })
  }

  /** One of this device's sessions left; the others are told at once. */
  leave(session: number): void {
    const presence = this.#local.get(session)
    if (presence === undefined) return
    this.#local.delete(session)
    this.#queue({ session, clock: this.#nextClock(presence), here: false, cursor: null })
    this.#sendNow()
    if (this.#local.size === 0) {
      this.#cancelRenewal?.()
      this.#cancelRenewal = undefined
    }
    this.#options.onChange({ changed: [], gone: [presence] })
  }

  /** What another device says of its own sessions. */
  receive({ account, data, device }: Broadcast<AwarenessData>): void {
    if (device === this.#options.device) return
    const change: PresenceChange = { changed: [], gone: [] }
    let newcomer = false
    for (const said of data.sessions) {
      const client = clientOf(this.#options.document, device, said.session)
      const held = this.#remote.get(client)
      const last = held?.presence.clock ?? this.#leftAt(device, client)
      if (said.clock <= last) continue
      if (!said.here) {
        if (held !== undefined) change.gone.push(this.#drop(client, held))
        this.#remember(device, client, said.clock)
        continue
      }
      if (held === undefined && !this.#hasRoom(device)) continue
      newcomer ||= held === undefined
      held?.cancelExpiry()
      const { clock, cursor } = said
      const presence: Presence = { client, account, device, local: false, clock, cursor }
      const cancelExpiry = this.#options.clock.after(PRESENCE_EXPIRES_MS, () => this.#expire(client))
      this.#remote.set(client, { presence, cancelExpiry })
      change.changed.push(presence)
    }
    // A newcomer has not heard of us.
    if (newcomer) this.#answer()
    if (change.changed.length + change.gone.length > 0) this.#options.onChange(change)
  }

  /** Leaves with every session and forgets the others. */
  stop(): void {
    for (const session of [...this.#local.keys()]) this.leave(session)
    for (const held of this.#remote.values()) held.cancelExpiry()
    this.#remote.clear()
    this.#cancelSend?.()
    this.#cancelAnswer?.()
  }

  #nextClock(known: Presence | undefined): number {
    // By time, so that a session that goes on after a restart of the node is not taken for an old message.
    return Math.max((known?.clock ?? 0) + 1, this.#options.clock.now())
  }

  #hasRoom(device: PeerId): boolean {
    if (this.#remote.size >= MAX_PRESENT) return false
    const ofDevice = [...this.#remote.values()].filter(({ presence }) => presence.device === device)
    return ofDevice.length < MAX_PRESENT_SESSIONS
  }

  #drop(client: number, held: Held): Presence {
    held.cancelExpiry()
    this.#remote.delete(client)
    return held.presence
  }

  #leftAt(device: PeerId, client: number): number {
    const left = this.#left.get(device)?.get(client)
    return left && left.until > this.#options.clock.now() ? left.clock : -1
  }

  /** As many as a device may have: with more it only hurts itself. */
  #remember(device: PeerId, client: number, clock: number): void {
    const left = this.#left.get(device) ?? new Map<number, Left>()
    this.#left.set(device, left)
    left.delete(client)
    left.set(client, { clock, until: this.#options.clock.now() + PRESENCE_EXPIRES_MS })
    const [oldest] = left.keys()
    if (oldest !== undefined && left.size > MAX_PRESENT_SESSIONS) left.delete(oldest)
  }

  /** One who comes and goes makes nobody speak more often. */
  #answer(): void {
    const { clock } = this.#options
    this.#cancelAnswer ??= clock.after(Math.max(0, this.#answeredAt + PRESENCE_ANSWER_MS - clock.now()), () => {
      this.#cancelAnswer = undefined
      this.#answeredAt = clock.now()
      this.#announce()
    })
  }

  #expire(client: number): void {
    const held = this.#remote.get(client)
    if (held === undefined) return
    this.#options.onChange({ changed: [], gone: [this.#drop(client, held)] })
  }

  #announce(): void {
    for (const [session, presence] of this.#local) {
      presence.clock = this.#nextClock(presence)
      this.#queue({ session, clock: presence.clock, here: true, cursor: presence.cursor })
    }
    this.#options.onChange({ changed: [...this.#local.values()], gone: [] })
  }

  #queue(state: PresentSession): void {
    this.#unsent.set(state.session, state)
    this.#cancelSend ??= this.#options.clock.after(PRESENCE_THROTTLE_MS, () => this.#sendNow())
  }

  #sendNow(): void {
    this.#cancelSend?.()
    this.#cancelSend = undefined
    const sessions = [...this.#unsent.values()]
    this.#unsent = new Map()
    for (let from = 0; from < sessions.length; from += MAX_PRESENT_SESSIONS)
      this.#options.send({
        document: this.#options.document,
        sessions: sessions.slice(from, from + MAX_PRESENT_SESSIONS)
      })
  }
}
