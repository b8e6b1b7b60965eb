/**
 * What one plugin keeps on disk beside its database. The plugin says how much that is and asks before there is more; the
 * core says no where a budget for the plugin or the node is used up, and shows what is used.
 */
export interface PluginStorage {
  /**
   * Tells the core how to find out what the plugin keeps or has promised room to, bytes. Asked whenever somebody wants to
   * know or to keep something: answer from memory. Until the plugin stops; a second call takes the place of the first.
   */
  count(keeps: () => number): void
  /**
   * Asks whether so many bytes more may be kept; `keeps` has to count them from then on, without a turn in between. Zero
   * asks whether what is kept is still allowed. Throws STORAGE_LIMIT, with what helps.
   */
  claim(bytes: number): void
}

/** What is stored for one plugin, bytes. */
export interface PluginUse {
  plugin: string
  /** Of records of its kinds that can be read here and whose body is here. */
  recordBytes: number
  /** What it keeps beside its database, and has promised room to. */
  keptBytes: number
  /** The budget that holds now. */
  limitBytes: number | undefined
}

/** What is stored on this node. */
export interface StorageUse {
  /** The most first. */
  plugins: PluginUse[]
  /** All records, of which some cannot be read, and all that plugins keep. */
  bytes: number
  /** The budget of the node that holds now. */
  limitBytes: number | undefined
}
