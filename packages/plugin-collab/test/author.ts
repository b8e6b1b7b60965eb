import type { PeerId, RecordId } from '@borgo/core'
import * as Y from 'yjs'
import { clientOf } from '../src/client-id.ts'
import { partsOf } from '../src/parts.ts'
import type { UpdatePart } from '../src/replica.ts'
import { TEXT } from '../src/update-check.ts'

export const DOCUMENT = 'bdocument' as RecordId

/** mulberry32: the same numbers for the same seed. */
export function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** A device that writes a document honestly, without a node around it: what it says goes into `sent`. */
export class Author {
  readonly device: PeerId
  readonly doc = new Y.Doc()
  readonly sent: UpdatePart[] = []
  readonly #session: number
  readonly #positions: () => number

  constructor(name: string, positions: () => number, session = 1) {
    this.device = name as PeerId
    this.#session = session
    this.#positions = positions
    this.doc.clientID = clientOf(DOCUMENT, this.device, session)
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') this.send(update)
    })
  }

  get text(): Y.Text {
    return this.doc.getText(TEXT)
  }

  send(update: Uint8Array): void {
    const parts = partsOf(update)
    parts.forEach((bytes, part) =>
      this.sent.push({
        position: this.#positions(),
        device: this.device,
        sessions: [this.#session],
        part,
        parts: parts.length,
        bytes
      })
    )
  }

  hear(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update, 'remote')
  }
}

export function counter(): () => number {
  let last = 0
  return () => ++last
}
