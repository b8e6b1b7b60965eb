/** A queue that one side fills and the other empties, until it was ended and is empty. */
export class Queue<T extends object> {
  readonly #items: T[] = []
  #wake: () => void = () => undefined
  #ended = false

  push(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) yield item
      if (this.#ended) return
      // No await may stand between finding nothing and waiting, or a push in between would be missed.
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
