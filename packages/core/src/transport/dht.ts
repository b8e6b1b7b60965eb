/** What the rules of a namespace read from an item. */
export interface Inspected {
  /** Of the items under one key, those in one slot replace each other. At most 64 characters. */
  slot: string
  /** The item with the higher one stays. */
  sequence: number
  /** ms since 1970, by the clock of who put it; kept for little more than MAX_ITEM_MS at most. */
  expiresAt: number
}

/** The rules of a namespace: what may lie under a key. Throws BAD_RECORD for what no honest node puts there. */
export type Inspect = (key: Uint8Array, item: Uint8Array) => Inspected

/** How long an item may lie in the table before it is put there again, ms. */
export const MAX_ITEM_MS = 48 * 3_600_000
/** Longest item. */
export const MAX_ITEM_BYTES = 32 * 1024
/** Of one key at a node; beyond either, those that expire first make room. */
export const MAX_ITEMS = 16
export const MAX_KEY_BYTES = 192 * 1024

/** One of the two tables that a node takes part in. */
export interface DhtTable {
  /** `server`: answers others and keeps items for them. `client`: only asks. */
  mode: 'off' | 'client' | 'server'
  /** Nodes in the routing table. */
  peers: number
}

export interface DhtStatus {
  /** Among nodes that reach each other on private networks. */
  lan: DhtTable
  /** Among nodes with public addresses. */
  wan: DhtTable
  /** What this node keeps, for others and itself. */
  keys: number
  bytes: number
}

/**
 * The distributed table: items under keys, kept by the nodes whose ids are nearest to the key. Anybody may put and get,
 * so an item proves itself; see `Inspect`.
 */
export interface Dht {
  /** Sets the rules of a namespace (lower-case letters and hyphens); nothing else is kept. Throws KIND_TAKEN. Returns its undo. */
  define(namespace: string, inspect: Inspect): () => void
  /**
   * Puts an item under a key of 32 bytes, here and at the nodes nearest to it; resolves to how many others have it now.
   * Throws BAD_RECORD when the rules refuse it, STOPPED, `signal.reason`.
   */
  put(namespace: string, key: Uint8Array, item: Uint8Array, options?: { signal?: AbortSignal }): Promise<number>
  /**
   * Items under a key, each as soon as some node answers with it, the same one once; a newer one of a slot may follow an
   * older one. Ends when all nodes near the key were asked. Throws STOPPED, `signal.reason`.
   */
  get(namespace: string, key: Uint8Array, options?: { signal?: AbortSignal }): AsyncIterable<Uint8Array>
  status(): DhtStatus
}
