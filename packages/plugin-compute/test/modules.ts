import { readFileSync } from 'node:fs'

/** A module that was built for tests. */
export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`./fixtures/${name}.wasm`, import.meta.url))
}

/** The input of the module `spin`: about 1.3 ns of work for each round. */
export function rounds(count: number): Uint8Array {
  const input = new Uint8Array(4)
  new DataView(input.buffer).setUint32(0, count, true)
  return input
}
