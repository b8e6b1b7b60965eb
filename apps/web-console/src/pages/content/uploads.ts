import { uploadFile } from './upload-file.ts'

/** Files that are sent at the same time; the others wait. */
const SENT_AT_ONCE = 2

/** A file on its way to the node. */
export interface Upload {
  id: number
  group: string
  name: string
  bytes: number
  doneBytes: number
  state: 'waiting' | 'sending' | 'failed'
  error: unknown
}

interface Entry extends Upload {
  file: File
  stop: AbortController
}

/** What this page sends to the node; goes on while other pages of the console are shown. */
class Uploads {
  #entries: Entry[] = []
  #shown: readonly Upload[] = []
  readonly #listeners = new Set<() => void>()
  #last = 0

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly list = (): readonly Upload[] => this.#shown

  add(group: string, files: readonly File[]): void {
    for (const file of files)
      this.#entries.push({
        id: ++this.#last,
        group,
        name: file.name,
        bytes: file.size,
        doneBytes: 0,
        state: 'waiting',
        error: undefined,
        file,
        stop: new AbortController()
      })
    this.#next()
  }

  /** Ends an upload, or takes a failed one off the list. */
  remove(id: number): void {
    this.#entries.find(entry => entry.id === id)?.stop.abort()
    this.#entries = this.#entries.filter(entry => entry.id !== id)
    this.#next()
  }

  #next(): void {
    const sending = this.#entries.filter(({ state }) => state === 'sending').length
    const waiting = this.#entries.filter(({ state }) => state === 'waiting')
    for (const entry of waiting.slice(0, SENT_AT_ONCE - sending)) void this.#send(entry)
    this.#tell()
  }

  async #send(entry: Entry): Promise<void> {
    entry.state = 'sending'
    try {
      await uploadFile(entry.group, entry.file, {
        signal: entry.stop.signal,
        onProgress: doneBytes => {
          entry.doneBytes = doneBytes
          this.#tell()
        }
      })
      this.#entries = this.#entries.filter(each => each !== entry)
    } catch (error) {
      entry.state = 'failed'
      entry.error = error
    }
    this.#next()
  }

  #tell(): void {
    this.#shown = this.#entries.map(({ file: _file, stop: _stop, ...upload }) => upload)
    for (const listener of this.#listeners) listener()
  }
}

export const uploads = new Uploads()
