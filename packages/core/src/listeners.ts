/** Those who want to be told of something. */
export interface Listeners<What extends unknown[]> {
  tell(...what: What): void
  /** Returns its undo. A listener that is registered twice is told twice, and undone once at a time. */
  on(listener: (...what: What) => void): () => void
}

/** `failed` is told what a listener threw, and the others are told nevertheless; without it `tell` throws that. */
export function listeners<What extends unknown[]>(failed?: (error: unknown) => void): Listeners<What> {
  const all = new Set<(...what: What) => void>()
  return {
    tell(...what) {
      for (const listener of [...all]) {
        try {
          listener(...what)
        } catch (error) {
          if (!failed) throw error
          failed(error)
        }
      }
    },
    on(listener) {
      const own = (...what: What): void => listener(...what)
      all.add(own)
      return () => void all.delete(own)
    }
  }
}
