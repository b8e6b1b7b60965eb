import { BorgoError, isAtLeast } from '@borgo/core'
import type { Broadcast, Clock, CoreCode, Entry, Group, Logger, RecordId, Self } from '@borgo/core'
import * as Y from 'yjs'
import { clientOf } from './client-id.ts'
import type { DocumentStore } from './document-store.ts'
import { collabError } from './errors.ts'
import { ALONE_MERGE_MS, MERGE_MS, Outbox } from './outbox.ts'
import { partsOf } from './parts.ts'
import { Roster } from './presence.ts'
import type { PresenceChange } from './presence.ts'
import { awarenessChannel, updateKind } from './protocol.ts'
import type { AwarenessData, UpdateData } from './protocol.ts'
import { FROM_LOG, Replica } from './replica.ts'
import type { Settled } from './replica.ts'
import { inspectUpdate, TEXT } from './update-check.ts'

/** A snapshot is written after this many parts of updates. */
export const SNAPSHOT_PARTS = 500
/** Origin of updates that were typed here before and are only put back. */
const RESTORED = Symbol('restored')

export interface LiveDocumentContext {
  id: RecordId
  group: Group
  self: Self
  clock: Clock
  log: Logger
  store: DocumentStore
  /** Resolves when the record at a position was taken in. */
  until(position: number): Promise<void>
  /** The session under which this node itself edited the document before, since it started. */
  session?: number | undefined
}

/** What happens to an open document. */
export interface DocumentListener {
  /** The text changed by `update`; `origin` is whoever made it here, or undefined when it came from elsewhere. */
  onUpdate?(update: Uint8Array, origin: unknown): void
  onPresence?(change: PresenceChange): void
  /** All up to the `saved`th local update is on disk. */
  onSaved?(saved: number): void
  onUnsaved?(code: string): void
  /** The text was built anew: whoever holds a copy has to get it again. */
  onReset?(): void
}

/** A document in memory: its replica, what is typed here, and who else is in it. One per document and node. */
export class LiveDocument {
  readonly id: RecordId
  readonly group: Group
  readonly outbox: Outbox
  readonly roster: Roster
  readonly #context: LiveDocumentContext
  readonly #listeners = new Set<DocumentListener>()
  #replica: Replica
  /** Sessions of this device whose text may be in the outbox, by client. */
  readonly #sessions = new Map<number, number>()
  #settled: number[] = []
  /** Something could not be taken in; the replica is not to be used until it was built anew. */
  #isStale = false
  #failure: string | undefined
  #session: number | undefined
  #client: number | undefined
  #written = 0
  /** Position of the last record that was taken in. */
  #taken = 0

  constructor(context: LiveDocumentContext) {
    const { clock, group, id, self } = context
    this.#context = context
    this.#session = context.session
    this.id = id
    this.group = group
    this.outbox = new Outbox({
      clock,
      mergeMs: () => (this.roster.list().some(({ local }) => !local) ? MERGE_MS : ALONE_MERGE_MS),
      write: update => this.#write(update),
      onSaved: saved => this.#saved(saved),
      onFailed: error => this.#failed(error)
    })
    this.roster = new Roster({
      document: id,
      account: self.account,
      device: self.device,
      clock,
      send: data => this.#send(data),
      onChange: change => this.#tell(listener => listener.onPresence?.(change))
    })
    this.#replica = this.#load()
  }

  get doc(): Y.Doc {
    return this.#replica.doc
  }

  get text(): Y.Text {
    return this.doc.getText(TEXT)
  }

  get refusals(): Replica['refusals'] {
    return this.#replica.refusals
  }

  /** The session under which this node itself edits, once it did. */
  get session(): number | undefined {
    return this.#session
  }

  get isWritable(): boolean {
    return isAtLeast(this.group.role, 'writer')
  }

  listen(listener: DocumentListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes in what arrived as records and is stored already. */
  receive(entries: readonly Entry<UpdateData>[]): void {
    try {
      if (this.#isStale) this.#reload()
      else this.#take(entries)
      this.#isStale = false
    } catch (error) {
      // A full disk, for one. What is stored is taken in with the next record.
      this.#isStale = true
      this.#context.log.error('a document is not up to date for the moment', {
        document: this.id,
        error: String(error)
      })
    }
    if (this.#settled.length >= SNAPSHOT_PARTS) this.save()
  }

  #take(entries: readonly Entry<UpdateData>[]): void {
    const parts = entries.map(({ data, device, position }) => ({ ...data, device, position }))
    this.#taken = parts.at(-1)?.position ?? this.#taken
    const fresh: Uint8Array[] = []
    const collect = (update: Uint8Array, origin: unknown): void => {
      if (origin === FROM_LOG) fresh.push(update)
    }
    const { doc } = this
    doc.on('update', collect)
    const settled = this.#replica.receive(parts)
    doc.off('update', collect)
    this.#note(settled)
    if (settled.restart === undefined) {
      for (const update of fresh) this.#tell(listener => listener.onUpdate?.(update, undefined))
      return
    }
    this.#giveWay(settled.restart)
    this.#reload()
    if ('claim' in settled.restart) this.#tell(listener => listener.onReset?.())
  }

  hear(message: Broadcast<AwarenessData>): void {
    this.roster.receive(message)
  }

  /** Runs `work` on the text as an edit of this device. Throws FORBIDDEN for a reader. */
  edit(origin: object, work: (text: Y.Text) => void): void {
    this.#assertWritable()
    if (this.#session === undefined || this.doc.clientID !== this.#client) {
      this.#session ??= this.newSession().session
      this.#client = this.doc.clientID = this.clientOf(this.#session)
    }
    this.doc.transact(() => work(this.text), origin)
  }

  /** Takes in what an editor beside this node typed under its own session. Throws FORBIDDEN, BAD_UPDATE. */
  merge(update: Uint8Array, origin: object): void {
    const { needs, spans } = inspectUpdate(update)
    // A reader's editor answers too, with what it got.
    if (!this.isWritable && Y.snapshotContainsUpdate(Y.snapshot(this.doc), update)) return
    this.#assertWritable()
    for (const [client, { from }] of spans) {
      this.#sessionOf(client)
      if (from > Y.getState(this.doc.store, client))
        throw collabError('BAD_UPDATE', 'the editor left out text of its own')
    }
    for (const [client, clock] of needs)
      if (clock > Math.max(Y.getState(this.doc.store, client), spans.get(client)?.to ?? 0))
        throw collabError('BAD_UPDATE', 'the editor has text that this node never had')
    Y.applyUpdate(this.doc, update, origin)
  }

  /** Throws SESSIONS_USED_UP. */
  newSession(): { session: number; client: number } {
    return this.#context.store.newSession(this.id, session => this.clientOf(session))
  }

  isOwnSession(session: number): boolean {
    return this.#context.store.isOwnSession(this.id, session)
  }

  clientOf(session: number): number {
    return clientOf(this.id, this.#context.self.device, session)
  }

  /** Writes a snapshot, unless something typed here is not in the log yet. A failure is logged: it only saves time. */
  save(): void {
    const isOnDisk = this.outbox.unsaved.length === 0 && this.#taken >= this.#written
    if (!isOnDisk || this.#isStale || this.#settled.length === 0) return
    const { clients, doc, refusals } = this.#replica
    const { log, store } = this.#context
    try {
      store.save(this.id, { state: Y.encodeStateAsUpdateV2(doc), clients, refusals, settled: this.#settled })
      this.#settled = []
    } catch (error) {
      log.warn('a snapshot could not be written', { document: this.id, error: String(error) })
    }
  }

  stop(): void {
    this.roster.stop()
    this.outbox.stop()
    this.save()
    this.doc.destroy()
  }

  #load(): Replica {
    for (;;) {
      const { from, parts } = this.#context.store.load(this.id, this.group.id)
      const replica = new Replica(this.id, from)
      const settled = replica.receive(parts)
      if (settled.restart === undefined) {
        this.#settled = settled.positions
        this.#taken = Math.max(this.#taken, parts.at(-1)?.position ?? 0)
        this.#watch(replica.doc)
        return replica
      }
      this.#giveWay(settled.restart)
    }
  }

  #watch(doc: Y.Doc): void {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === FROM_LOG || origin === RESTORED) return
      this.outbox.push(update)
      this.#tell(listener => listener.onUpdate?.(update, origin))
    })
  }

  /** Builds the document from what is stored, and from what was typed here since. */
  #reload(): void {
    const old = this.doc
    this.#replica = this.#load()
    old.destroy()
    this.#session = undefined
    for (const update of this.outbox.unsaved) Y.applyUpdate(this.doc, update, RESTORED)
    const whole = Y.encodeStateAsUpdate(this.doc)
    this.#tell(listener => listener.onUpdate?.(whole, undefined))
  }

  #giveWay(restart: NonNullable<Settled['restart']>): void {
    const { log, store } = this.#context
    if ('claim' in restart) {
      log.warn('two devices arrived at one session id; the document is built anew', { document: this.id })
      store.begin(this.id, restart.claim, this.#records())
    } else {
      const [device, positions] = [restart.device, restart.skip]
      log.warn('an update could not be applied; the document is built anew', { document: this.id, device })
      store.skip(this.id, device, positions, 'inapplicable')
    }
  }

  *#records(): Iterable<Entry<UpdateData>> {
    let before: Entry['order'] | undefined
    do {
      const page = this.group.page([updateKind], { limit: 1_000, ...(before && { before }) })
      yield* page.entries.filter(({ data }) => data.document === this.id)
      before = page.before
    } while (before !== undefined)
  }

  async #write(update: Uint8Array): Promise<void> {
    const { spans } = inspectUpdate(update)
    const sessions = [...spans.keys()].map(client => this.#sessionOf(client))
    const parts = partsOf(update)
    for (const [part, bytes] of parts.entries()) {
      const data = { document: this.id, sessions, part, parts: parts.length, bytes }
      const { position } = await this.group.append(updateKind, data)
      this.#written = Math.max(this.#written, position)
    }
    // Only then is it where the document is opened from after a crash.
    await this.#context.until(this.#written)
  }

  /** The session of text that is written on this device. Throws BAD_UPDATE for another's. */
  #sessionOf(client: number): number {
    const session = this.#sessions.get(client) ?? this.#context.store.ownSession(this.id, client)
    if (session === undefined) throw collabError('BAD_UPDATE', 'the editor has text of another device')
    this.#sessions.set(client, session)
    return session
  }

  #note({ positions, refused }: Settled): void {
    for (const position of positions) this.#settled.push(position)
    for (const { device, reason } of refused)
      if (reason !== 'ignored')
        this.#context.log.warn('an update of a document was refused', { document: this.id, device, reason })
  }

  #saved(saved: number): void {
    this.#failure = undefined
    this.#tell(listener => listener.onSaved?.(saved))
  }

  #failed(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'
    if (code !== this.#failure) this.#context.log.error('edits could not be written yet', { document: this.id, code })
    this.#failure = code
    this.#tell(listener => listener.onUnsaved?.(code))
  }

  #send(data: AwarenessData): void {
    this.group.broadcast(awarenessChannel, data).catch((error: unknown) => {
      this.#context.log.debug('presence was not sent', { document: this.id, error: String(error) })
    })
  }

  #tell(call: (listener: DocumentListener) => void): void {
    for (const listener of [...this.#listeners]) {
      try {
        call(listener)
      } catch (error) {
        this.#context.log.error('a listener of a document failed', { error: String(error) })
      }
    }
  }

  #assertWritable(): void {
    if (!this.isWritable) throw new BorgoError<CoreCode>('FORBIDDEN', 'you may read this document but not write in it')
    if (!this.#isStale) return
    this.#reload()
    this.#isStale = false
  }
}
