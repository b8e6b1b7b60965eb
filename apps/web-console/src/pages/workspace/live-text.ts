import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  modifyAwarenessUpdate,
  removeAwarenessStates
} from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import { client } from '../../api/client.ts'
import { personColors } from './person-colors.ts'

/** Messages of the node's editor protocol: rules C-40 to C-43 of plugin-collab. */
const TYPE = { sync: 0, awareness: 1, hello: 100, saved: 101, unsaved: 102 } as const
const SYNC_QUESTION = 0
/** Close codes that no further try would change. */
const ENDINGS: ReadonlyMap<number, LiveTextEnd> = new Map([
  // A message that is too long: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1.
  [1009, 'refused'],
  [4400, 'refused'],
  [4403, 'refused'],
  [4409, 'elsewhere'],
  [4410, 'reset']
])
/** Waits between tries, the last one again and again, ms. */
const RETRY_MS = [200, 1_000, 3_000]

/** `reset`: begin again with a new `LiveText`. */
export type LiveTextEnd = 'refused' | 'elsewhere' | 'reset'

/** Somebody who has the document open. */
export interface PersonHere {
  account: string
  name: string
  /** The person at this screen. */
  self: boolean
}

export interface LiveTextState {
  /** The text is here and can be shown. */
  isReady: boolean
  isWritable: boolean
  /** `away`: the node does not answer for the moment. */
  connection: 'connecting' | 'open' | 'away' | LiveTextEnd
  /** All that was typed here is on the node's disk. */
  isSaved: boolean
  /** Why the node cannot write, as an error code. */
  problem: string | undefined
  here: PersonHere[]
}

/** One document as this page edits it: a Yjs document that follows the node's, over a WebSocket that comes back. */
export class LiveText {
  readonly doc = new Y.Doc()
  readonly text: Y.Text = this.doc.getText('text')
  #awareness: Awareness | undefined
  #state: LiveTextState = {
    isReady: false,
    isWritable: false,
    connection: 'connecting',
    isSaved: true,
    problem: undefined,
    here: []
  }
  readonly #listeners = new Set<() => void>()
  readonly #path: { workspace: string; document: string }
  #socket: WebSocket | undefined
  #session: number | undefined
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Updates sent on this connection; text that was typed while there was none. */
  #sent = 0
  #isAhead = false

  constructor(workspace: string, document: string) {
    this.#path = { workspace, document }
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return
      if (this.#socket?.readyState === WebSocket.OPEN) this.#say(TYPE.sync, to => writeUpdate(to, update), true)
      else this.#isAhead = true
      this.#change({ isSaved: false })
    })
  }

  /** Who is where; there once the text is. */
  get awareness(): Awareness | undefined {
    return this.#awareness
  }

  readonly state = (): LiveTextState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Connects, and again whenever the connection breaks, until `disconnect`. */
  connect(): void {
    const query = this.#session === undefined ? {} : { session: this.#session }
    const path = client.workspaces.edit.url({ params: this.#path, query })
    const socket = new WebSocket(path)
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#hear(new Uint8Array(data))
    socket.onclose = ({ code }) => this.#closed(code)
    this.#socket = socket
  }

  /** Leaves; what was typed stays here and goes to the node when it connects again. */
  disconnect(): void {
    clearTimeout(this.#timer)
    this.#awareness?.destroy()
    this.#awareness = undefined
    if (this.#socket) this.#socket.onclose = this.#socket.onmessage = null
    this.#socket?.close()
    this.#socket = undefined
    this.#change({ connection: 'connecting', isReady: false, here: [] })
  }

  #closed(code: number): void {
    this.#socket = undefined
    if (this.#awareness) {
      const others = [...this.#awareness.getStates().keys()].filter(id => id !== this.doc.clientID)
      removeAwarenessStates(this.#awareness, others, this)
    }
    const end = ENDINGS.get(code)
    this.#change({ connection: end ?? 'away' })
    if (end) return
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]
    this.#timer = setTimeout(() => this.connect(), wait)
  }

  #hear(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message)
    switch (decoding.readVarUint(decoder)) {
      case TYPE.hello:
        return this.#greet(JSON.parse(decoding.readVarString(decoder)) as Hello)
      case TYPE.sync:
        return this.#sync(decoder)
      case TYPE.awareness:
        return this.#meet(decoding.readVarUint8Array(decoder))
      case TYPE.saved:
        if (decoding.readVarUint(decoder) === this.#sent && !this.#isAhead)
          this.#change({ isSaved: true, problem: undefined })
        return
      case TYPE.unsaved:
        return this.#change({ problem: decoding.readVarString(decoder) })
    }
  }

  #greet({ client, session, writable }: Hello): void {
    this.#session = session
    this.doc.clientID = client
    this.#sent = 0
    this.#tries = 0
    if (!this.#awareness) {
      this.#awareness = new Awareness(this.doc)
      this.#awareness.on('update', (_: unknown, origin: unknown) => {
        if (origin !== this) this.#tellCursor()
        this.#change({ here: this.#here() })
      })
    }
    this.#change({ isWritable: writable, connection: 'open' })
    this.#say(TYPE.sync, to => writeSyncStep1(to, this.doc))
    this.#tellCursor()
  }

  #sync(decoder: decoding.Decoder): void {
    const answer = encoding.createEncoder()
    const step = readSyncMessage(decoder, answer, this.doc, this)
    if (step === SYNC_QUESTION) {
      this.#isAhead = false
      const bytes = encoding.toUint8Array(answer)
      this.#say(TYPE.sync, to => encoding.writeUint8Array(to, bytes), true)
    } else if (!this.#state.isReady) this.#change({ isReady: true })
  }

  #meet(update: Uint8Array): void {
    if (!this.#awareness) return
    // The node says who it is; how people look is this page's business.
    const shown = modifyAwarenessUpdate(update, (state: { user: { account: string } } | null) =>
      state === null ? null : { ...state, user: { ...state.user, ...personColors(state.user.account) } }
    )
    applyAwarenessUpdate(this.#awareness, shown, this)
  }

  #tellCursor(): void {
    if (!this.#awareness) return
    const update = encodeAwarenessUpdate(this.#awareness, [this.doc.clientID])
    this.#say(TYPE.awareness, to => encoding.writeVarUint8Array(to, update))
  }

  #say(type: number, write: (encoder: encoding.Encoder) => void, isCounted = false): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, type)
    write(encoder)
    if (isCounted) this.#sent += 1
    this.#socket.send(encoding.toUint8Array(encoder))
  }

  #here(): PersonHere[] {
    const people = new Map<string, PersonHere>()
    for (const [id, { user }] of this.#awareness?.getStates() ?? []) {
      if (id === this.doc.clientID || !user) continue
      const { account, local, name } = user as { account: string; local: boolean; name: string }
      people.set(account, { account, name, self: local })
    }
    return [...people.values()]
  }

  #change(part: Partial<LiveTextState>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#listeners) listener()
  }
}

interface Hello {
  session: number
  client: number
  writable: boolean
}
