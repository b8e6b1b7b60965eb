/** Something that yields until it is done, or until its signal aborts. */
export type Source<T> = (signal: AbortSignal) => AsyncIterable<T>

/**
 * What several sources yield, as it comes. They are stopped by abort when the consumer stops, when one of them throws, and
 * when `signal` aborts, which throws its reason.
 */
export async function* merge<T>(
  sources: readonly Source<T>[],
  signal?: AbortSignal
): AsyncGenerator<T, void, undefined> {
  const over = new AbortController()
  const stop = signal ? AbortSignal.any([over.signal, signal]) : over.signal
  const aborted = new Promise<never>((_resolve, reject) =>
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
  )
  aborted.catch(() => undefined)
  const pending = new Map<AsyncIterator<T>, Promise<{ iterator: AsyncIterator<T>; result: IteratorResult<T> }>>()
  const ask = (iterator: AsyncIterator<T>): void => {
    const next = iterator.next().then(result => ({ iterator, result }))
    // What fails after the end is nobody's any more.
    next.catch(() => undefined)
    pending.set(iterator, next)
  }
  try {
    stop.throwIfAborted()
    for (const source of sources) ask(source(stop)[Symbol.asyncIterator]())
    while (pending.size > 0) {
      const { iterator, result } = await Promise.race([...pending.values(), aborted])
      if (result.done) {
        pending.delete(iterator)
        continue
      }
      yield result.value
      ask(iterator)
    }
  } finally {
    over.abort(new Error('no more is wanted'))
    for (const iterator of pending.keys()) iterator.return?.()?.catch(() => undefined)
  }
}
