import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BorgoError, hasCode, silentLogger } from '@borgo/core'
import type { Group, GroupId, PeerId, Stream } from '@borgo/core'
import { FRAMES, manualClock, memoryStores, seededRandom } from '@borgo/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cidFrom } from '../src/content-id.ts'
import { PieceSet } from '../src/piece-set.ts'
import { Holding } from '../src/store/holding.ts'
import { Holdings } from '../src/store/holdings.ts'
import { PieceFiles } from '../src/store/piece-files.ts'
import { MIGRATIONS } from '../src/store/schema.ts'
import { Shelf } from '../src/store/shelf.ts'
import { encodeAnswer, encodeAsk, pieceBuffer } from '../src/swarm/protocol.ts'
import type { Ask } from '../src/swarm/protocol.ts'
import { seeder } from '../src/swarm/seeder.ts'
import { Swarm } from '../src/swarm/swarm.ts'
import { UploadSlots } from '../src/swarm/upload-slots.ts'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { scan } from '../src/unixfs/scan.ts'
import type { Scan } from '../src/unixfs/scan.ts'
import { pattern } from './pattern.ts'

const SEED = 41

/** A stream whose other end has said everything beforehand, and ends it when it has got so many answers. */
class Monologue implements Stream {
  readonly peer: PeerId
  readonly group = 'group' as GroupId
  readonly sent: Uint8Array[] = []
  readonly #controller = new AbortController()
  readonly #messages: Uint8Array[]
  readonly #answers: number
  readonly #answered = Promise.withResolvers<void>()
  failure: unknown

  constructor(peer: string, messages: Uint8Array[], answers = 0) {
    this.peer = peer as PeerId
    this.#messages = messages
    this.#answers = answers
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async send(message: Uint8Array): Promise<void> {
    if (this.signal.aborted) throw new BorgoError('STREAM_RESET', 'the stream was reset')
    if (this.sent.push(message) === this.#answers) this.#answered.resolve()
  }

  async receive(): Promise<Uint8Array | undefined> {
    if (this.signal.aborted) throw this.failure
    const message = this.#messages.shift()
    if (!message && this.sent.length < this.#answers) await this.#answered.promise
    return message
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (let message = await this.receive(); message; message = await this.receive()) yield message
  }

  async end(): Promise<void> {
    if (this.signal.aborted) throw new BorgoError('STREAM_RESET', 'the stream was reset')
  }

  reset(reason: unknown = new BorgoError('STREAM_RESET', 'the stream was reset')): void {
    this.failure ??= reason
    this.#controller.abort()
  }
}

let folder: string
let stores: ReturnType<typeof memoryStores>
let shelf: Shelf
let found: Scan
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borgo-'))
  stores = memoryStores()
  shelf = new Shelf(stores.of('distribution').database(MIGRATIONS))
  const path = join(folder, 'film.bin')
  await writeFile(path, pattern(1, 3 * LEAF_BYTES + 5))
  found = await scan(path)
  shelf.addNodes(found.cid, found.nodes)
  const { cid, root, bytes } = found
  shelf.put({ cid, root, bytes, isOwned: false, have: undefined, fault: undefined }, [...found.files.values()])
})
afterEach(async () => {
  stores.close()
  await rm(folder, { recursive: true, force: true })
})

const random = seededRandom(SEED)
const below = (limit: number): number => Math.floor(random() * limit)

function mutate(original: Uint8Array): Uint8Array {
  const bytes = Buffer.from(original)
  for (let hits = below(3); hits >= 0; hits--) bytes[below(bytes.length)] = below(256)
  return random() < 0.2 ? bytes.subarray(0, 1 + below(bytes.length)) : bytes
}

describe('mutated messages', () => {
  it(`[D-41] ${FRAMES} to a holder end streams and nothing else (seed ${SEED})`, async () => {
    const holdings = new Holdings(shelf)
    const serve = seeder({
      clock: manualClock(),
      slots: new UploadSlots(),
      isShared: () => true,
      lease: cid => holdings.lease(cid),
      node: (content, cid) => shelf.node(content, cid)
    })
    const hello = encodeAsk({ type: 'hello', cid: cidFrom(found.cid) })
    const asks: Ask[] = [
      { type: 'request', pieces: [3] },
      { type: 'cancel', pieces: [0] },
      { type: 'nodes', cids: [cidFrom(found.cid)] }
    ]
    for (let sent = 0; sent < FRAMES;) {
      const messages = [random() < 0.2 ? mutate(hello) : hello]
      for (let more = below(20); more > 0; more--) messages.push(mutate(encodeAsk(asks[below(asks.length)]!)))
      sent += messages.length
      try {
        await serve(new Monologue('eve', messages))
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_MESSAGE' })
      }
    }
    const good = new Monologue('ben', [hello, encodeAsk({ type: 'request', pieces: [3] })], 2)
    await serve(good)
    expect(good.sent.at(-1)).toHaveLength(10)
  })

  it(`[D-41] ${FRAMES} to a fetcher cost their senders the stream, and the fetch ends well (seed ${SEED})`, async () => {
    const clock = manualClock()
    const outline = shelf.outline(found.cid, found.bytes)
    const target = join(folder, 'copy.bin')
    await writeFile(target, new Uint8Array(found.bytes))
    const files = new PieceFiles(target, outline, { isWritable: true })
    const holding = new Holding(found.cid, outline, new PieceSet(outline.pieces), files, shelf)

    const whole = encodeAnswer({ type: 'holding', holding: 'complete' })
    const answers = [
      whole,
      encodeAnswer({ type: 'holding', holding: new PieceSet(4) }),
      encodeAnswer({ type: 'have', pieces: [1, 2] }),
      encodeAnswer({ type: 'reject', pieces: [0, 3] }),
      encodeAnswer({ type: 'node', bytes: found.nodes[0]!.bytes }),
      pieceBuffer(3, 5).fill(1, 5)
    ]
    let sent = 0
    let offences = 0
    const open = async (peer: PeerId): Promise<Stream> => {
      const messages = [random() < 0.2 ? mutate(whole) : whole]
      for (let more = below(20); more > 0; more--) messages.push(mutate(answers[below(answers.length)]!))
      sent += messages.length
      const stream = new Monologue(peer, messages)
      stream.signal.addEventListener('abort', () => {
        if (hasCode(stream.failure, 'BAD_MESSAGE')) offences++
      })
      return stream
    }
    let next = 0
    const core = {
      clock,
      log: silentLogger,
      self: { device: 'me' as PeerId, account: 'me' as never, name: 'Me', sign: () => new Uint8Array() },
      open,
      peers: {
        list: () => [],
        get: (device: PeerId) => ({ device, account: undefined, name: undefined, connections: [], rttMs: 1 }),
        onChange: () => () => undefined,
        reachable: () => Array.from({ length: 30 }, () => `eve ${next++}` as PeerId)
      }
    }
    const group = { members: () => [] } as unknown as Group
    const swarm = new Swarm(core, group, found.cid, new AbortController().signal)
    const fetched = swarm.fetchPieces(holding)
    while (sent < FRAMES) await clock.advance(1_000)
    expect(offences).toBeGreaterThan(FRAMES / 100)
    expect(holding.have.isFull).toBe(false)

    core.open = async peer => {
      const messages = [whole]
      for (let piece = 0; piece < outline.pieces; piece++) {
        const message = pieceBuffer(piece, piece < 3 ? LEAF_BYTES : 5)
        message.set(pattern(1, found.bytes).subarray(piece * LEAF_BYTES, (piece + 1) * LEAF_BYTES), 5)
        messages.push(message)
      }
      return new Monologue(peer, messages)
    }
    core.peers.reachable = () => ['ada' as PeerId]
    let isDone = false
    const done = fetched.finally(() => (isDone = true))
    while (!isDone) await clock.advance(1_000)
    await done
    await swarm.close()
    await holding.close()
    expect(holding.have.isFull).toBe(true)
  })
})
