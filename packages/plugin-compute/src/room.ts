interface Waiting {
  bytes: number
  enter(): void
}

/** A limited number of bytes, given out in the order in which they are asked for. */
export class Room {
  #free: number
  readonly #waiting: Waiting[] = []

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** Resolves when so many bytes are taken; `bytes` is at most all there are. Throws `signal.reason`. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    const waiting: Waiting = { bytes, enter: resolve }
    const abort = (): void => {
      const place = this.#waiting.indexOf(waiting)
      if (place === -1) return
      this.#waiting.splice(place, 1)
      reject(signal.reason)
      this.give(0)
    }
    this.#waiting.push(waiting)
    signal.addEventListener('abort', abort, { once: true })
    this.give(0)
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#free += bytes
    for (let [next] = this.#waiting; next && next.bytes <= this.#free; [next] = this.#waiting) {
      this.#waiting.shift()
      this.#free -= next.bytes
      next.enter()
    }
  }
}
