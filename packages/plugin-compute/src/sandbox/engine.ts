/** As much of WebAssembly's JavaScript interface as the kernel uses: @types/node has none, and `lib.dom` is a browser's. */
interface Engine {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => Module
  Instance: new (module: Module, imports: { env: { memory: Memory } }) => { exports: Record<string, unknown> }
  Memory: new (pages: { initial: number; maximum: number }) => Memory
  LinkError: new () => Error
}

/** A compiled module. */
export interface Module {
  readonly [Symbol.toStringTag]: string
}

export interface Memory {
  readonly buffer: ArrayBuffer
}

export const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly
