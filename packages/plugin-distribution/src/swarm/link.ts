import type { Group, PeerId, PluginContext, Protocol, Stream } from '@borgo/core'
import { cidFrom } from '../content-id.ts'
import type { ContentId } from '../content-id.ts'
import { decodeAnswer, encodeAsk, violation } from './protocol.ts'
import type { Answer, Ask, Holding } from './protocol.ts'

/** What a link needs of the core. */
export type Opener = Pick<PluginContext, 'open'>

/** The asking end of one stream: one content, one member. */
export class Link {
  readonly peer: PeerId
  readonly #stream: Stream
  #isClosed = false

  private constructor(stream: Stream) {
    this.#stream = stream
    this.peer = stream.peer
  }

  /**
   * Asks a member what it has of a content. The link stays open only when it has some. Throws what `open` throws,
   * STREAM_RESET, STREAM_IDLE, BAD_MESSAGE.
   */
  static async open(
    core: Opener,
    protocol: Protocol,
    peer: PeerId,
    group: Group,
    cid: ContentId,
    signal: AbortSignal
  ): Promise<{ link: Link; holding: Holding }> {
    const stream = await core.open(peer, protocol, { group, signal })
    const link = new Link(stream)
    try {
      await stream.send(encodeAsk({ type: 'hello', cid: cidFrom(cid) }), { signal })
      const message = await stream.receive({ signal })
      const answer: Answer = message ? decodeAnswer(message) : { type: 'holding', holding: 'none' }
      if (answer.type !== 'holding') throw violation('the first answer does not say what there is')
      return { link, holding: answer.holding }
    } catch (error) {
      stream.reset(error)
      throw error
    }
  }

  /** Runs `receive` on every answer, one after another, until the other side ends. Throws what both throw. */
  async run(receive: (answer: Answer) => Promise<void> | void): Promise<void> {
    try {
      for (;;) {
        const message = await this.#stream.receive()
        if (!message) return
        if (!this.#isClosed) await receive(decodeAnswer(message))
      }
    } catch (error) {
      this.#stream.reset(error)
      throw error
    } finally {
      this.#isClosed = true
    }
  }

  /** Sends without waiting: what is open at a peer is bounded by what it was asked. A broken stream ends `run`. */
  send(ask: Ask): void {
    if (this.#isClosed) return
    this.#stream.send(encodeAsk(ask)).catch(() => this.#stream.reset())
  }

  /** Says that nothing more is wanted; `run` goes on until the other side has heard it. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stream.end().catch(() => this.#stream.reset())
  }

  /** Breaks the stream; a reason of BAD_MESSAGE counts against the peer. */
  drop(reason?: Error): void {
    this.#isClosed = true
    this.#stream.reset(reason)
  }
}
