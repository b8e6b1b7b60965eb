import type { Clock } from '@borgo/core'
import type { CID } from 'multiformats/cid'
import { contentError } from '../errors.ts'
import { nameNode } from '../unixfs/layout.ts'
import { nodesBelow } from '../unixfs/outline.ts'
import type { Link } from './link.ts'

/** Nodes asked of one member at a time. */
const BATCH = 64
/** Most nodes of one content: more than any content within the limits of an outline needs. */
const MAX_NODES = 500_000
/** Most bytes of them: 4 TiB need 210 MB, 200,000 of the longest names 60 MB. */
const MAX_LIST_BYTES = 300 * 2 ** 20
/** Who was asked and sends no node for this long is given up when somebody else can be asked, ms. */
const STALL_MS = 30_000

/** Fetches the nodes of a content from whoever is linked, level by level. */
export class NodeQuest {
  readonly done: Promise<void>
  readonly #keep: (bytes: Uint8Array) => void
  readonly #missing = new Map<string, CID>()
  readonly #seen = new Set<string>()
  /** By CID. */
  readonly #asked = new Map<Link, Map<string, CID>>()
  /** When each last sent a node or was asked. */
  readonly #heardAt = new Map<Link, number>()
  readonly #idle = new Set<Link>()
  readonly #clock: Pick<Clock, 'now'>
  readonly #maxBytes: number
  #bytes = 0
  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void

  /** `keep` gets every node once, checked against its CID. */
  constructor(root: CID, keep: (bytes: Uint8Array) => void, clock: Pick<Clock, 'now'>, maxBytes = MAX_LIST_BYTES) {
    this.#maxBytes = maxBytes
    this.#clock = clock
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.done = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#keep = keep
    this.#seek([root])
  }

  join(link: Link): void {
    this.#idle.add(link)
    this.#ask()
  }

  leave(link: Link): void {
    this.#idle.delete(link)
    const asked = this.#asked.get(link)
    this.#asked.delete(link)
    this.#heardAt.delete(link)
    for (const [key, cid] of asked ?? []) this.#missing.set(key, cid)
    this.#ask()
  }

  /** Takes a node that a member sent; one that was not asked of it is ignored. Throws BAD_CONTENT. */
  receive(link: Link, bytes: Uint8Array): void {
    const key = nameNode(bytes).cid.toString()
    const asked = this.#asked.get(link)
    if (!asked?.delete(key)) return
    this.#heardAt.set(link, this.#clock.now())
    this.#bytes += bytes.length
    try {
      if (this.#bytes > this.#maxBytes)
        throw contentError('TOO_MANY_FILES', 'its list is longer than any of its size can be')
      this.#keep(bytes)
      this.#seek(nodesBelow(bytes))
    } catch (error) {
      return this.#reject(error)
    }
    this.#settle(link, asked)
  }

  /** A member does not have a node after all: others are asked, it is not. */
  refuse(link: Link, cid: CID): void {
    if (this.#asked.get(link)?.has(cid.toString())) this.leave(link)
  }

  /** Those that keep others from being asked. */
  stalled(): Link[] {
    if (this.#idle.size === 0) return []
    const latest = this.#clock.now() - STALL_MS
    return [...this.#asked.keys()].filter(link => (this.#heardAt.get(link) ?? 0) <= latest)
  }

  fail(error: unknown): void {
    this.#reject(error)
  }

  #seek(cids: readonly CID[]): void {
    for (const cid of cids) {
      const key = cid.toString()
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      this.#missing.set(key, cid)
    }
    if (this.#seen.size > MAX_NODES)
      throw contentError('TOO_MANY_FILES', `more than ${MAX_NODES} nodes: too large to fetch`)
  }

  #settle(link: Link, asked: Map<string, CID>): void {
    if (asked.size > 0) return
    this.#asked.delete(link)
    this.#idle.add(link)
    if (this.#missing.size === 0 && this.#asked.size === 0) this.#resolve()
    else this.#ask()
  }

  #ask(): void {
    for (const link of this.#idle) {
      const batch = [...this.#missing.entries().take(BATCH)]
      if (batch.length === 0) return
      for (const [key] of batch) this.#missing.delete(key)
      this.#idle.delete(link)
      this.#asked.set(link, new Map(batch))
      this.#heardAt.set(link, this.#clock.now())
      link.send({ type: 'nodes', cids: batch.map(([, cid]) => cid) })
    }
  }
}
