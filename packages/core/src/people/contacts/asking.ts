import type { Clock } from '../../clock.ts'
import { coreError } from '../../errors.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Stream } from '../../stream.ts'
import type { Streams } from '../../transport/streams.ts'
import type { ContactBook } from './book.ts'
import type { Directs } from './direct.ts'
import { CONTACT, decodeStance, decodeTold, encodeStance, encodeTold } from './protocol.ts'
import type { Stance, Told } from './protocol.ts'
import type { Requests } from './requests.ts'

/** Words of one device that are heard within a minute: each may be written to disk. */
export const WORDS_PER_MINUTE = 20
const MINUTE_MS = 60_000

/** How people come to count each other as contacts: each tells the other, again whenever they meet, until both know. */
export interface Asking {
  /** Tells the devices of a person that are connected. */
  tell(account: AccountId, stance?: 'yes' | 'no'): void
  /** Tells them if there is anything that they may not know. */
  look(account: AccountId): void
  stop(): void
}

export interface AskingDeps {
  self: AccountId
  /** This person's card. */
  card(): Uint8Array
  book: ContactBook
  requests: Requests
  directs: Directs
  /** Whether the person locked this device out. */
  isLockedOut(device: PeerId, account: AccountId): boolean
  /** Whether the group of the two still lacks the other. */
  isOffering(account: AccountId): boolean
  peers: Pick<Peers, 'get' | 'list' | 'onChange'>
  streams: Pick<Streams, 'handle' | 'open'>
  /** Somebody began or ceased to ask. */
  changed(account: AccountId): void
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

export function startAsking(deps: AskingDeps): Asking {
  const { self, book, requests, directs, peers, streams, clock, logger, signal } = deps
  const telling = new Set<PeerId>()
  const again = new Map<PeerId, 'yes' | 'no'>()
  const heard = new Map<PeerId, { count: number; since: number }>()

  /** Whether a person has something to hear of us that they may not know. */
  const hasNews = (account: AccountId): boolean => {
    const { blocked, mine, theirs } = book.get(account)
    return !blocked && mine === 'yes' && (theirs === 'unknown' || (theirs === 'yes' && deps.isOffering(account)))
  }

  const answered = async (account: AccountId, stance: Stance): Promise<void> => {
    if (book.get(account).mine !== 'yes') return
    if (stance === 'yes') await book.set(account, { theirs: 'yes' })
    if (stance !== 'no') return
    await book.set(account, { theirs: 'declined' })
    await directs.withdraw(account)
  }

  const tellDevice = async (account: AccountId, device: PeerId, stance: 'yes' | 'no'): Promise<void> => {
    if (telling.has(device)) {
      again.set(device, stance)
      return
    }
    telling.add(device)
    try {
      const offer = stance === 'yes' ? await directs.offer(account) : undefined
      const stream = await streams.open(device, CONTACT, { signal })
      await stream.send(encodeTold({ card: deps.card(), stance, offer }))
      await stream.end()
      const answer = await answerOn(stream)
      if (stance === 'yes') await answered(account, answer)
    } catch (error) {
      if (!signal.aborted) logger.debug('a contact was not told', { device, error: String(error) })
    } finally {
      telling.delete(device)
    }
    const next = again.get(device)
    again.delete(device)
    if (next && !signal.aborted) await tellDevice(account, device, next)
  }
  const answerOn = async (stream: Stream): Promise<Stance> => {
    const bytes = await stream.receive()
    if (!bytes) throw coreError('STREAM_RESET', 'they ended before they answered')
    try {
      return decodeStance(bytes)
    } catch (error) {
      stream.reset(error)
      throw error
    }
  }

  const tell = (account: AccountId, stance: 'yes' | 'no' = 'yes'): void => {
    for (const { device, account: known } of peers.list())
      if (known === account) void tellDevice(account, device, stance)
  }

  /** What a person hears who says that they do, or do not, want to be a contact. */
  const hear = async ({ card, stance, offer }: Told): Promise<Stance> => {
    const { account, device, name, devices } = card
    const { blocked, mine, theirs } = book.get(account)
    if (account === self || blocked || deps.isLockedOut(device, account)) return 'waiting'
    if (stance === 'no') {
      if (requests.drop(account)) deps.changed(account)
      await answered(account, 'no')
      return mine === 'yes' ? 'yes' : 'no'
    }
    if (mine === 'declined') return 'no'
    if (mine === 'yes') {
      if (theirs !== 'yes') await book.set(account, { theirs: 'yes', name, devices: Object.fromEntries(devices) })
      if (offer) directs.take(account, offer)
      return 'yes'
    }
    if (requests.keep({ card, offer, askedAt: clock.now() })) deps.changed(account)
    return 'waiting'
  }

  const isTooOften = (device: PeerId): boolean => {
    const now = clock.now()
    // In the order in which they began; who connects anew is not forgotten sooner.
    for (const [known, { since }] of heard) {
      if (now - since < MINUTE_MS) break
      heard.delete(known)
    }
    const words = heard.get(device) ?? { count: 0, since: now }
    heard.set(device, words)
    return words.count++ >= WORDS_PER_MINUTE
  }

  const stops = [
    streams.handle(CONTACT, async stream => {
      const bytes = await stream.receive()
      if (!bytes) return
      const told = decodeTold(bytes, stream.peer)
      if (isTooOften(stream.peer)) return
      await stream.send(encodeStance(await hear(told)))
    }),
    peers.onChange((event, device) => {
      const account = event === 'introduce' ? peers.get(device)?.account : undefined
      if (account && hasNews(account)) void tellDevice(account, device, 'yes')
    })
  ]
  const look = (account: AccountId): void => {
    if (hasNews(account)) tell(account)
  }
  book.onChange(look)

  return {
    tell,
    look,
    stop() {
      for (const stop of stops) stop()
    }
  }
}
