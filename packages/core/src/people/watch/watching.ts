import { delay } from '../../clock.ts'
import type { Clock } from '../../clock.ts'
import { hasCode } from '../../errors.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Stream } from '../../stream.ts'
import type { Streams } from '../../transport/streams.ts'
import { PEOPLE, decodeMessage, keyOf } from './protocol.ts'
import type { Item, Message } from './protocol.ts'

/** First wait before a stream that broke is opened again, doubled up to the longest, ms. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** Beside an item's own data, about what it takes to hold it, bytes. */
const ITEM_BYTES = 512

/** What is held of one device. What is more is not held; a device that changes things more often is read as slowly. */
export interface Allowance {
  items: number
  bytes: number
  /** After as many as it may have. */
  changesPerSecond: number
}
/** People who are a contact, or in a group with this person. */
export const KNOWN: Allowance = { items: 2_048, bytes: 5 * 2 ** 20, changesPerSecond: 50 }
/** Anybody who is connected. */
export const STRANGER: Allowance = { items: 64, bytes: 256 * 1024, changesPerSecond: 2 }
/** Held of all devices together, bytes. */
const TOTAL_BYTES = 64 * 2 ** 20

/** An item of somebody's, and when it ends. */
export type Held = Item & { expiresAt: number | undefined }

export interface Watching {
  /** What a device shows. */
  items(device: PeerId): Held[]
  devices(): PeerId[]
  /** Bytes held of all. */
  bytes(): number
  /** Begins, ends or begins anew, when what the device is allowed changed. */
  look(device: PeerId): void
  stop(): void
}

export interface WatchingDeps {
  peers: Pick<Peers, 'get' | 'onChange'>
  streams: Pick<Streams, 'open'>
  allowanceOf(device: PeerId): Allowance
  /** Whose a device is; undefined when it is not to be watched. */
  accountOf(device: PeerId): AccountId | undefined
  /** An item of somebody's is another one, or gone. */
  changed(account: AccountId, item: Item): void
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** Held of all together. @default TOTAL_BYTES */
  totalBytes?: number
}

/** Watches every device that is connected. Nothing of it is stored; it is gone with the connection. */
export function watchPeople(deps: WatchingDeps): Watching {
  const { peers, streams, clock, logger, signal, totalBytes = TOTAL_BYTES } = deps
  const held = new Map<PeerId, Map<string, Held>>()
  const watching = new Map<PeerId, { controller: AbortController; allowance: Allowance; account: AccountId }>()
  let total = 0

  const changed = (device: PeerId, item: Item): void => {
    const account = watching.get(device)?.account
    if (account !== undefined) deps.changed(account, item)
  }

  const cost = (item: Item): number => ITEM_BYTES + (item.type === 'object' ? item.data.length : 0)
  const drop = (device: PeerId, key: string): Held | undefined => {
    const items = held.get(device)
    const item = items?.get(key)
    if (!items || !item) return undefined
    items.delete(key)
    if (items.size === 0) held.delete(device)
    total -= cost(item)
    return item
  }
  const forget = (device: PeerId, key: string): void => {
    const item = drop(device, key)
    if (item) changed(device, item)
  }

  const hold = (device: PeerId, item: Item): void => {
    const key = keyOf(item)
    const before = drop(device, key)
    const items = held.get(device) ?? new Map<string, Held>()
    const allowance = deps.allowanceOf(device)
    const bytes = [...items.values()].reduce((sum, one) => sum + cost(one), cost(item))
    const fits = items.size < allowance.items && bytes <= allowance.bytes && total + cost(item) <= totalBytes
    if (!fits) {
      logger.debug('a person shows more than is looked at', { device, key })
      if (before) changed(device, before)
      return
    }
    const expiresInMs = item.type === 'object' ? item.expiresInMs : null
    items.set(key, { ...item, expiresAt: expiresInMs === null ? undefined : clock.now() + expiresInMs })
    held.set(device, items)
    total += cost(item)
    changed(device, item)
  }
  const take = (device: PeerId, message: Message): void => {
    if (message.type === 'gone') forget(device, message.key)
    else hold(device, message)
  }

  const read = async (device: PeerId, stream: Stream, until: AbortSignal): Promise<void> => {
    const { items: burst } = deps.allowanceOf(device)
    let left = burst
    for (;;) {
      const bytes = await stream.receive({ signal: until })
      if (!bytes) return
      let message: Message
      try {
        message = decodeMessage(bytes)
      } catch (error) {
        stream.reset(error)
        throw error
      }
      take(device, message)
      if (--left > 0) continue
      left = deps.allowanceOf(device).changesPerSecond
      await delay(clock, 1_000, until)
    }
  }

  const watch = async (device: PeerId, until: AbortSignal): Promise<void> => {
    for (let waitMs = FIRST_WAIT_MS; !until.aborted; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
      try {
        const stream = await streams.open(device, PEOPLE, { signal: until })
        until.addEventListener('abort', () => stream.reset(), { once: true, signal: stream.signal })
        await stream.end()
        await read(device, stream, until)
      } catch (error) {
        if (until.aborted || hasCode(error, 'PROTOCOL_UNSUPPORTED')) return
        logger.debug('a person is not watched for the moment', { device, error: String(error) })
      }
      for (const key of [...(held.get(device)?.keys() ?? [])]) forget(device, key)
      await delay(clock, waitMs, until).catch(() => undefined)
    }
  }

  const begin = (device: PeerId): void => {
    const account = deps.accountOf(device)
    if (watching.has(device) || account === undefined) return
    const controller = new AbortController()
    watching.set(device, { controller, allowance: deps.allowanceOf(device), account })
    const until = AbortSignal.any([signal, controller.signal])
    void watch(device, until).finally(() => {
      if (watching.get(device)?.controller === controller) watching.delete(device)
    })
  }
  const end = (device: PeerId): void => {
    watching.get(device)?.controller.abort(new Error('not watched any more'))
    for (const key of [...(held.get(device)?.keys() ?? [])]) forget(device, key)
    watching.delete(device)
  }
  const stopWatching = peers.onChange((event, device) => {
    if (event === 'introduce') begin(device)
    if (event === 'disconnect') end(device)
  })

  return {
    items: device =>
      [...(held.get(device)?.values() ?? [])].filter(({ expiresAt = Infinity }) => expiresAt > clock.now()),
    devices: () => [...held.keys()],
    bytes: () => total,
    look(device) {
      if (!peers.get(device)?.account) return
      const isOther = watching.get(device)?.allowance !== deps.allowanceOf(device)
      if (isOther || deps.accountOf(device) === undefined) end(device)
      begin(device)
    },
    stop: stopWatching
  }
}
