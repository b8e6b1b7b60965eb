/** The parts of Hyperdrive that the benchmark uses; it comes without types. */
declare module 'hyperdrive' {
  import type { Readable, Writable } from 'node:stream'
  import type Corestore from 'corestore'

  export default class Hyperdrive {
    readonly key: Uint8Array
    constructor(store: Corestore, key?: Uint8Array)
    ready(): Promise<void>
    update(options: { wait: boolean }): Promise<boolean>
    createWriteStream(path: string): Writable
    createReadStream(path: string): Readable
  }
}
