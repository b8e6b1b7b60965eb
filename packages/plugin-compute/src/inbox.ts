/** Messages one after another; the next can be waited for without being taken. */
export class Inbox<T> {
  readonly #messages: AsyncIterator<T>
  #ahead: Promise<IteratorResult<T>> | undefined

  constructor(messages: AsyncIterable<T>) {
    this.#messages = messages[Symbol.asyncIterator]()
  }

  /** The next message, which `next` gives again. */
  peek(): Promise<IteratorResult<T>> {
    return (this.#ahead ??= this.#messages.next())
  }

  next(): Promise<IteratorResult<T>> {
    const next = this.peek()
    this.#ahead = undefined
    return next
  }
}
