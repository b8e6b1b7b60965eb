import type { Clock, GroupId, Handler, PeerId, Stream } from '@borgo/core'
import type { CID } from 'multiformats/cid'
import { contentIdOf } from '../content-id.ts'
import type { ContentId } from '../content-id.ts'
import type { Holding } from '../store/holding.ts'
import type { Lease } from '../store/holdings.ts'
import { placeOf } from '../unixfs/outline.ts'
import { decodeAsk, encodeAnswer, MAX_NAMED, PIECE_HEADER_BYTES, pieceBuffer, violation } from './protocol.ts'
import type { Ask } from './protocol.ts'
import type { UploadSlots } from './upload-slots.ts'

/** Requests that one stream may have open here; more is an offence. */
const MAX_QUEUED = 1_024
/** New pieces are told in batches, ms. */
const HAVE_EVERY_MS = 50

/** What serving needs from the rest of the plugin. */
export interface SeederPorts {
  clock: Clock
  slots: UploadSlots
  /** True when a content is published to a group in which this peer may read. */
  isShared(group: GroupId, cid: ContentId, peer: PeerId): boolean
  lease(cid: ContentId): Promise<Lease | undefined>
  node(content: ContentId, cid: CID): Uint8Array | undefined
}

/** Serves what this device has to members of the groups in which it is published. */
export function seeder(ports: SeederPorts): Handler {
  return async stream => {
    const first = await stream.receive()
    if (!first) return
    const hello = decodeAsk(first)
    if (hello.type !== 'hello') throw violation('a stream that does not begin with hello')
    const cid = contentIdOf(hello.cid)
    const isShared = stream.group !== undefined && ports.isShared(stream.group, cid, stream.peer)
    await using lease = isShared ? await ports.lease(cid) : undefined
    if (!lease) return stream.send(encodeAnswer({ type: 'holding', holding: 'none' }))
    using slot = ports.slots.take(stream.peer)
    if (!slot) return stream.send(encodeAnswer({ type: 'holding', holding: 'busy' }))
    await new Serving(stream, lease.holding, ports).run()
  }
}

interface ReadPiece {
  piece: number
  message: Buffer | undefined
}

/** One stream that is being served: one loop takes requests, the other answers them in turn. */
class Serving {
  readonly #stream: Stream
  readonly #holding: Holding
  readonly #ports: SeederPorts
  readonly #pieces = new Set<number>()
  readonly #nodes: CID[] = []
  #news: number[] = []
  #isOver = false
  #wake: () => void = () => undefined

  constructor(stream: Stream, holding: Holding, ports: SeederPorts) {
    this.#stream = stream
    this.#holding = holding
    this.#ports = ports
  }

  async run(): Promise<void> {
    const { have, outline } = this.#holding
    const undo = have.isFull ? () => undefined : this.#holding.onPiece(piece => this.#tell(piece))
    try {
      await this.#stream.send(
        encodeAnswer({ type: 'holding', holding: have.isFull || outline.pieces === 0 ? 'complete' : have })
      )
      // Both must have ended before the files are closed.
      const ends = await Promise.allSettled([this.#take(), this.#give()])
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    } finally {
      undo()
    }
  }

  async #take(): Promise<void> {
    try {
      for (;;) {
        const message = await this.#stream.receive()
        if (!message) return
        this.#took(decodeAsk(message))
      }
    } finally {
      this.#stop()
    }
  }

  #took(ask: Ask): void {
    switch (ask.type) {
      case 'hello':
        throw violation('hello twice')
      case 'request':
        for (const piece of ask.pieces) this.#pieces.add(this.#known(piece))
        break
      case 'cancel':
        for (const piece of ask.pieces) this.#pieces.delete(piece)
        break
      case 'nodes':
        this.#nodes.push(...ask.cids)
        break
    }
    if (this.#pieces.size > MAX_QUEUED || this.#nodes.length > MAX_QUEUED) throw violation('too many requests at once')
    this.#wake()
  }

  #known(piece: number): number {
    if (piece < this.#holding.outline.pieces) return piece
    throw violation('a piece that the content does not have')
  }

  async #give(): Promise<void> {
    let ahead: Promise<ReadPiece> | undefined
    try {
      while (!this.#isOver) {
        await this.#sendNews()
        await this.#sendNodes()
        const current = ahead ?? this.#readNext()
        ahead = undefined
        if (!current) {
          await this.#idle()
          continue
        }
        const { piece, message } = await current
        // The next one is read from disk while this one goes out.
        ahead = this.#readNext()
        await this.#send(piece, message)
      }
    } catch (error) {
      this.#stream.reset()
      throw error
    } finally {
      this.#isOver = true
      await ahead
    }
  }

  async #send(piece: number, message: Buffer | undefined): Promise<void> {
    if (message) return this.#stream.send(message)
    await this.#stream.send(encodeAnswer({ type: 'reject', pieces: [piece] }))
    if (this.#holding.fault === undefined) return
    await this.#stream.send(encodeAnswer({ type: 'holding', holding: 'none' }))
  }

  /** Takes the first request; its message is undefined when the piece cannot be given. */
  #readNext(): Promise<ReadPiece> | undefined {
    const [piece] = this.#pieces
    if (piece === undefined || this.#isOver) return undefined
    this.#pieces.delete(piece)
    return this.#read(piece)
  }

  async #read(piece: number): Promise<ReadPiece> {
    const { length } = placeOf(this.#holding.outline, piece)
    const message = pieceBuffer(piece, length)
    try {
      await this.#holding.read(piece, message.subarray(PIECE_HEADER_BYTES))
      return { piece, message }
    } catch {
      // What is wrong is remembered with the holding and shown to the local person; the peer only learns "no".
      return { piece, message: undefined }
    }
  }

  #tell(piece: number): void {
    this.#news.push(piece)
    if (this.#news.length === 1) this.#ports.clock.after(HAVE_EVERY_MS, () => this.#wake())
  }

  async #sendNews(): Promise<void> {
    const news = this.#news
    this.#news = []
    for (let start = 0; start < news.length; start += MAX_NAMED)
      await this.#stream.send(encodeAnswer({ type: 'have', pieces: news.slice(start, start + MAX_NAMED) }))
  }

  async #sendNodes(): Promise<void> {
    for (let cid = this.#nodes.shift(); cid && !this.#isOver; cid = this.#nodes.shift()) {
      const bytes = this.#ports.node(this.#holding.cid, cid)
      await this.#stream.send(encodeAnswer(bytes ? { type: 'node', bytes } : { type: 'no-node', cid }))
    }
  }

  #idle(): Promise<void> {
    if (this.#isOver || this.#pieces.size > 0 || this.#nodes.length > 0 || this.#news.length > 0)
      return Promise.resolve()
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  #stop(): void {
    this.#isOver = true
    this.#wake()
  }
}
