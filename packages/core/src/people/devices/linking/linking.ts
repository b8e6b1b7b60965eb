import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../clock.ts'
import { coreError, hasCode } from '../../../errors.ts'
import { localName } from '../../../identity/identity.ts'
import type { Identity } from '../../../identity/identity.ts'
import type { PeerId } from '../../../ids.ts'
import { listeners } from '../../../listeners.ts'
import type { Logger } from '../../../logger.ts'
import type { Peers } from '../../../peers/peers.ts'
import type { Stream } from '../../../stream.ts'
import type { Network } from '../../../transport/network.ts'
import type { Streams } from '../../../transport/streams.ts'
import { createComparison } from './comparison.ts'
import type { Comparison } from './comparison.ts'
import { LINK_SECRET_BYTES, deviceCode, encodeDeviceLink, readDeviceLink } from './device-link.ts'
import { giveAccount } from './giver.ts'
import type { GiverDeps } from './giver.ts'
import { askForAccount } from './joiner.ts'
import type { JoinerDeps } from './joiner.ts'
import { LINK, LONGEST_LINK_MS } from './protocol.ts'
import type { LinkRefusal } from './protocol.ts'

const DEFAULT_LINK_MS = 10 * 60_000
const SHORTEST_LINK_MS = 60_000
/** How long the first messages may take, ms: until then nobody is waiting who could end it. */
const HELLO_MS = 20_000
/** How long the other side may take to hear that this node stops, ms. */
const FAREWELL_MS = 1_000

/** A one-time link for a new device. */
export interface LinkOffer {
  /** `borgo:link/…`, as text or in a QR code. Whoever has it can ask to become a device of this person. */
  link: string
  /** For a node that is connected already, to be typed: `XXXX-XXXX-XXXX-XXXX`. */
  code: string
  /** ms since 1970 */
  expiresAt: number
}

/** How far linking is, at this end. */
export type LinkState =
  | { phase: 'none' }
  /** A link waits to be opened on the new device. */
  | ({ phase: 'offered' } & LinkOffer)
  /**
   * Both sides show `words`: their people compare, and each agrees or ends it. `role`: whether this device gives its
   * account or joins another's. `other`: what the other side calls itself, the device or the person. `isAgreed`: here.
   */
  | { phase: 'comparing'; role: 'giver' | 'joiner'; words: readonly string[]; other: string; isAgreed: boolean }
  /** `device`: the new one. On the new device itself, the node has to start again. */
  | { phase: 'linked'; role: 'giver' | 'joiner'; device: PeerId }
  /** `code`: of a `CoreCode`. */
  | { phase: 'failed'; code: string; reason: string }

/** Brings a new device and this person's account together: either end of it, one at a time. */
export interface Linking {
  readonly state: LinkState
  /**
   * Makes a link and takes back the one before. `expiresInMs`: 1 to 60 minutes, 10 by default. Throws BUSY while two
   * people compare, TypeError.
   */
  offer(options?: { expiresInMs?: number }): LinkOffer
  /**
   * On the new device: opens a link or a code; resolves when the words can be compared. `label`: what the device is to be
   * called, which everybody it meets can read. Throws ACCOUNT_IN_USE unless this node is fresh, BUSY, BAD_DEVICE_LINK,
   * DEVICE_LINK_EXPIRED, DEVICE_LINK_USED, LINKING_CANCELLED, UNREACHABLE, STREAM_RESET, TypeError, `signal.reason`.
   */
  open(text: string, options?: { label?: string; signal?: AbortSignal }): Promise<void>
  /** The person here sees the same words. Throws NO_LINKING unless two people compare. */
  confirm(): void
  /** Takes the link back, or ends the comparison. `wordsDiffer`: and tells the other side why. Throws NO_LINKING. */
  cancel(options?: { wordsDiffer?: boolean }): void
  /** Returns its undo. */
  onChange(listener: (state: LinkState) => void): () => void
  /** Ends a comparison and tells the other side, which has a second to hear of it. */
  stop(): Promise<void>
}

export interface LinkingDeps {
  identity: Pick<Identity, 'account' | 'certificate' | 'device' | 'name' | 'unseal'>
  network: Pick<Network, 'addresses' | 'dial'>
  streams: Pick<Streams, 'handle' | 'open'>
  peers: Pick<Peers, 'list'>
  /** Whether nothing would be lost if this device came to another account. */
  isFresh(): boolean
  give: GiverDeps['give']
  admit: GiverDeps['admit']
  adopt: JoinerDeps['adopt']
  clock: Clock
  logger: Logger
}

/** A link that was made here; only the last one is remembered. */
interface Made {
  secret: Uint8Array
  expiresAt: number
  /** Why it is good no more. */
  ended: Exclude<LinkRefusal, 'unknown'> | undefined
}

/** What a new device asks with. */
interface Asking {
  secret: Uint8Array
  label: string
  signal: AbortSignal
}

export function createLinking(deps: LinkingDeps): Linking {
  const { adopt, admit, clock, give, identity, isFresh, logger, network, peers, streams } = deps
  const { on: onChange, tell } = listeners<[state: LinkState]>()
  const stopping = new AbortController()
  let state: LinkState = { phase: 'none' }
  let made: Made | undefined
  let stopExpiry = (): void => undefined
  let comparison: Comparison | undefined
  /** Streams over which something is compared. */
  const talking = new Set<Stream>()
  let isOpening = false

  const become = (next: LinkState): void => {
    state = next
    tell(state)
  }
  const fail = (error: unknown): void => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
    become({ phase: 'failed', code, reason: error instanceof Error ? error.message : String(error) })
  }
  const endOffer = (why: Made['ended']): void => {
    stopExpiry()
    if (made) made.ended ??= why
  }
  const take: GiverDeps['take'] = isBy => {
    if (!made || !isBy(made.secret)) return 'unknown'
    if (made.ended) return made.ended
    const { secret } = made
    endOffer('used')
    return { secret }
  }
  const compare =
    (role: 'giver' | 'joiner', stream: Stream) =>
    (words: readonly string[], other: string): Comparison => {
      const created = createComparison(words, other, clock)
      talking.add(stream)
      stream.signal.addEventListener('abort', () => talking.delete(stream), { once: true })
      comparison = created
      become({ phase: 'comparing', role, words, other, isAgreed: false })
      return created
    }
  const over = (): void => {
    comparison?.close()
    comparison = undefined
  }

  const serve = async (stream: Stream): Promise<void> => {
    const hello = new AbortController()
    const cancel = clock.after(HELLO_MS, () => hello.abort(coreError('TIMEOUT', 'nothing was said')))
    let isTaken = false
    try {
      const device = await giveAccount(
        stream,
        {
          identity,
          take(isBy) {
            cancel()
            const taken = comparison ? 'unknown' : take(isBy)
            isTaken = typeof taken !== 'string'
            return taken
          },
          compare: compare('giver', stream),
          give,
          admit
        },
        hello.signal
      )
      if (device === undefined) return
      logger.info('linked a device', { device })
      become({ phase: 'linked', role: 'giver', device })
    } catch (error) {
      if (isTaken) fail(error)
      // Ended as agreed on: no offence, and no broken stream.
      if (!hasCode(error, 'LINKING_CANCELLED', 'WORDS_DIFFER')) throw error
    } finally {
      cancel()
      if (isTaken) over()
    }
  }
  const stopServing = streams.handle(LINK, serve)

  const openAt = async (peer: PeerId, asking: Asking): Promise<void> => {
    const { signal } = asking
    const stream = await streams.open(peer, LINK, { signal })
    try {
      const joiner = { identity, adopt, compare: compare('joiner', stream), clock }
      const { done } = await askForAccount(stream, asking, joiner)
      done.then(() => become({ phase: 'linked', role: 'joiner', device: identity.device }), fail).finally(over)
    } catch (error) {
      stream.reset(error)
      throw error
    }
  }
  /** Whoever of the connected made the code says so, and nobody else can. */
  const openAtAny = async (asking: Asking): Promise<void> => {
    let telling: unknown
    for (const { device } of peers.list()) {
      try {
        return await openAt(device, asking)
      } catch (error) {
        asking.signal.throwIfAborted()
        if (hasCode(error, 'DEVICE_LINK_EXPIRED', 'DEVICE_LINK_USED', 'LINKING_CANCELLED')) telling = error
        logger.debug('another device did not make the code', { device, error: String(error) })
      }
    }
    throw (
      telling ??
      coreError('BAD_DEVICE_LINK', 'no connected device knows this code: connect to the other device, or use its link')
    )
  }

  return {
    get state() {
      return state
    },
    offer({ expiresInMs = DEFAULT_LINK_MS } = {}) {
      if (comparison || isOpening) throw coreError('BUSY', 'two people compare words: end that first')
      if (!Number.isSafeInteger(expiresInMs) || expiresInMs < SHORTEST_LINK_MS || expiresInMs > LONGEST_LINK_MS)
        throw new TypeError(`a link is good for ${SHORTEST_LINK_MS} to ${LONGEST_LINK_MS} ms`)
      endOffer('ended')
      const secret = Uint8Array.from(randomBytes(LINK_SECRET_BYTES))
      const expiresAt = clock.now() + expiresInMs
      made = { secret, expiresAt, ended: undefined }
      stopExpiry = clock.after(expiresInMs, () => {
        endOffer('expired')
        fail(coreError('DEVICE_LINK_EXPIRED', 'the link has expired: make a new one'))
      })
      const link = encodeDeviceLink(secret, new Map([[identity.device, network.addresses()]]))
      const offer = { link, code: deviceCode(secret), expiresAt }
      become({ phase: 'offered', ...offer })
      return offer
    },
    async open(text, { label = identity.certificate.label, signal } = {}) {
      const { peers: named, secret } = readDeviceLink(text)
      if (comparison || isOpening || state.phase === 'offered')
        throw coreError('BUSY', 'this node is linking already: end that first')
      if (!isFresh())
        throw coreError('ACCOUNT_IN_USE', 'this node is in groups already: link a node with an empty data folder')
      isOpening = true
      try {
        const both = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal
        const asking = { secret, label: localName(label), signal: both }
        if (!named) return await openAtAny(asking)
        const [target] = named
        if (!target) throw coreError('UNREACHABLE', 'the link names no address: the other device cannot be reached')
        await openAt(await network.dial(target[1], { signal: both }), asking)
      } finally {
        isOpening = false
      }
    },
    confirm() {
      if (!comparison || state.phase !== 'comparing') throw nothingToDo()
      comparison.agree()
      become({ ...state, isAgreed: true })
    },
    cancel({ wordsDiffer = false } = {}) {
      if (comparison) return comparison.end(wordsDiffer ? 'words' : 'cancelled')
      if (state.phase !== 'offered') throw nothingToDo()
      endOffer('ended')
      become({ phase: 'none' })
    },
    onChange,
    async stop() {
      stopExpiry()
      if (comparison) {
        comparison.end('cancelled')
        await heard([...talking], clock)
      }
      stopServing()
      stopping.abort(coreError('STOPPED', 'the node stops'))
    }
  }
}

/** Resolves when these streams are over, or took too long. */
function heard(streams: readonly Stream[], clock: Clock): Promise<void> {
  return new Promise(resolve => {
    const open = new Set(streams.filter(({ signal }) => !signal.aborted))
    const cancel = clock.after(FAREWELL_MS, resolve)
    const done = (): void => {
      if (open.size > 0) return
      cancel()
      resolve()
    }
    for (const stream of open)
      stream.signal.addEventListener('abort', () => {
        open.delete(stream)
        done()
      })
    done()
  })
}

function nothingToDo(): Error {
  return coreError('NO_LINKING', 'nothing is being linked here: make a link, or open one')
}
