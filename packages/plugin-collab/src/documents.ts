import type { Broadcast, Entry, Group, PluginContext, RecordId } from '@borgo/core'
import type { DocumentStore } from './document-store.ts'
import { LiveDocument } from './live-document.ts'
import { openDocument } from './open-document.ts'
import type { OpenDocument } from './open-document.ts'
import type { AwarenessData, UpdateData } from './protocol.ts'
import { connectTab } from './tab.ts'
import type { OpenTabs, Tab } from './tab.ts'

/** A document that nobody has open is brought up to date when this many parts of updates have come in for it. */
const CATCH_UP_PARTS = 1_000
/** A document that nobody has open any more stays in memory for this long, ms: it is often opened again at once. */
const LINGER_MS = 10_000

interface Use {
  live: LiveDocument
  count: number
  tabs: OpenTabs
  cancelEnd?: (() => void) | undefined
}

export interface DocumentsOptions {
  context: PluginContext
  store: DocumentStore
  /** Resolves when the record at a position was taken in. */
  until(position: number): Promise<void>
  groupOf(document: RecordId): Group | undefined
}

/** The documents that are open on this node, each once in memory however often it is open. */
export class Documents {
  readonly #options: DocumentsOptions
  readonly #uses = new Map<RecordId, Use>()
  /** The sessions under which this node itself edited, so that the next edit needs no new one. */
  readonly #sessions = new Map<RecordId, number>()
  /** Parts that wait for others since a document was last brought up to date. */
  readonly #left = new Map<RecordId, number>()

  constructor(options: DocumentsOptions) {
    this.#options = options
  }

  /** Throws STOPPED. */
  open(id: RecordId, group: Group): OpenDocument {
    this.#options.context.signal.throwIfAborted()
    const use = this.#acquire(id, group)
    return openDocument(use.live, {
      connect: (link, session) => this.#connect(use, link, session),
      release: () => this.#release(use)
    })
  }

  /** Takes in updates that were stored just now. */
  receive(entries: readonly Entry<UpdateData>[]): void {
    for (const [id, some] of Map.groupBy(entries, ({ data }) => data.document)) {
      const use = this.#uses.get(id)
      if (use === undefined) this.#catchUp(id)
      else use.live.receive(some.filter(({ group }) => group === use.live.group.id))
    }
  }

  hear(message: Broadcast<AwarenessData>): void {
    const live = this.#uses.get(message.data.document)?.live
    if (live?.group.id === message.group.id) live.hear(message)
  }

  /** Writes what is not written yet and lets everything go. */
  async stop(): Promise<void> {
    const { log } = this.#options.context
    for (const { cancelEnd, live, tabs } of this.#uses.values()) {
      cancelEnd?.()
      for (const end of [...tabs.values()]) end('stopped')
      await live.outbox.flush().catch((error: unknown) => {
        log.error('edits could not be written before the end', { document: live.id, error: String(error) })
      })
      live.stop()
    }
    this.#uses.clear()
  }

  #acquire(id: RecordId, group: Group): Use {
    const known = this.#uses.get(id)
    if (known !== undefined) {
      known.count += 1
      known.cancelEnd?.()
      known.cancelEnd = undefined
      return known
    }
    const { context, store, until } = this.#options
    const { clock, log, self } = context
    const live = new LiveDocument({ id, group, self, clock, log, store, until, session: this.#sessions.get(id) })
    const use: Use = { live, count: 1, tabs: new Map() }
    live.listen({ onSaved: () => this.#retire(use) })
    this.#uses.set(id, use)
    return use
  }

  #connect(use: Use, link: Parameters<typeof connectTab>[2], session: number | undefined): Tab {
    use.count += 1
    const onClose = (): void => void this.#release(use)
    try {
      return connectTab(use.live, use.tabs, link, { session, onClose })
    } catch (error) {
      use.count -= 1
      throw error
    }
  }

  async #release(use: Use): Promise<void> {
    use.count -= 1
    // What cannot be written now keeps the document in memory until it can.
    await use.live.outbox.flush().catch(() => undefined)
    this.#retire(use)
  }

  #retire(use: Use): void {
    const { live } = use
    if (use.count > 0 || live.outbox.unsaved.length > 0 || this.#uses.get(live.id) !== use) return
    use.cancelEnd ??= this.#options.context.clock.after(LINGER_MS, () => this.#end(use))
  }

  #end(use: Use): void {
    const { live } = use
    if (this.#uses.get(live.id) !== use) return
    this.#uses.delete(live.id)
    if (live.session !== undefined) this.#sessions.set(live.id, live.session)
    live.stop()
  }

  #catchUp(id: RecordId): void {
    const { groupOf, store } = this.#options
    const group = groupOf(id)
    if (group === undefined || store.waiting(id) < (this.#left.get(id) ?? 0) + CATCH_UP_PARTS) return
    const use = this.#acquire(id, group)
    use.live.save()
    this.#left.set(id, store.waiting(id))
    void this.#release(use)
  }
}
