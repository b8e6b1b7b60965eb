/** The parts of Corestore and Hypercore that the benchmarks use; they come without types. */
declare module 'corestore' {
  import type { Duplex } from 'node:stream'

  export interface Hypercore {
    readonly key: Buffer
    ready(): Promise<void>
    append(blocks: Uint8Array[]): Promise<void>
    get(index: number): Promise<Uint8Array>
    download(range: { start: number; end: number }): { done(): Promise<void> }
  }

  export default class Corestore {
    constructor(folder: string)
    get(options: { name?: string; key?: Uint8Array; encryption?: { key: Uint8Array } }): Hypercore
    replicate(isInitiator: boolean): Duplex
  }
}
