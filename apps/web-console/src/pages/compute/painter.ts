/** Paints rows of RGBA pixels on a canvas, in the order in which they were asked for, until it is stopped. */
export class Painter {
  readonly #context: CanvasRenderingContext2D | null
  readonly #width: number
  readonly #stop = new AbortController()
  #last: Promise<void> = Promise.resolve()

  constructor(canvas: HTMLCanvasElement, width: number) {
    this.#context = canvas.getContext('2d')
    this.#width = width
  }

  /** Loads pixels and paints them from `row` on. What fails to load is reported and left out. */
  paint(row: number, load: (signal: AbortSignal) => Promise<Response>): void {
    const { signal } = this.#stop
    this.#last = this.#last.then(async () => {
      try {
        signal.throwIfAborted()
        const pixels = new Uint8ClampedArray(await (await load(signal)).arrayBuffer())
        this.#context?.putImageData(new ImageData(pixels, this.#width), 0, row)
      } catch (error) {
        if (!signal.aborted) reportError(error)
      }
    })
  }

  stop(): void {
    this.#stop.abort()
  }
}
