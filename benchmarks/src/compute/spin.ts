import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A module that works for a settable number of rounds on every index. */
export const SPIN = fileURLToPath(new URL('../../../packages/plugin-compute/test/fixtures/spin.wasm', import.meta.url))

interface Engine {
  Module: new (bytes: Uint8Array) => object
  Memory: new (pages: { initial: number }) => { buffer: ArrayBuffer }
  Instance: new (
    module: object,
    imports: object
  ) => { exports: { input(length: number): number; run(lo: bigint, hi: bigint): bigint } }
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Engine }

type Spin = (rounds: number, lo: number, hi: number) => bigint

/** The module in this thread, called directly: what everything else is compared with. */
export function load(): Spin {
  const module = new WebAssembly.Module(readFileSync(SPIN))
  const memory = new WebAssembly.Memory({ initial: 2 })
  return (rounds, lo, hi) => {
    new Uint8Array(memory.buffer).fill(0)
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    new DataView(memory.buffer).setUint32(exports.input(4), rounds, true)
    const packed = BigInt.asUintN(64, exports.run(BigInt(lo), BigInt(hi)))
    return new DataView(memory.buffer).getBigInt64(Number(packed >> 32n), true)
  }
}

let spin: Spin | undefined

/** What a thread of the pool runs. */
export default function task({ hi, lo, rounds }: { rounds: number; lo: number; hi: number }): bigint {
  spin ??= load()
  return spin(rounds, lo, hi)
}
