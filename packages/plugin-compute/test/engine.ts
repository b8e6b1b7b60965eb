interface Exports {
  input(length: number): number
  run(lo: bigint, hi: bigint): bigint
}

interface Engine {
  Memory: new (pages: { initial: number }) => { buffer: ArrayBuffer }
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Exports } }>
}

/** Runs a module in this process: what the jobs' results must equal. */
export async function locally(module: Uint8Array, input: Uint8Array, lo: number, hi: number): Promise<Uint8Array> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: Engine }
  const memory = new WebAssembly.Memory({ initial: 64 })
  const { instance } = await WebAssembly.instantiate(module, { env: { memory } })
  if (input.length > 0) new Uint8Array(memory.buffer).set(input, instance.exports.input(input.length))
  const packed = BigInt.asUintN(64, instance.exports.run(BigInt(lo), BigInt(hi)))
  const at = Number(packed >> 32n)
  return new Uint8Array(memory.buffer).slice(at, at + Number(packed & 0xffff_ffffn))
}

/** The result of a module that sums. */
export async function localSum(module: Uint8Array, input: Uint8Array, lo: number, hi: number): Promise<bigint> {
  const { buffer } = await locally(module, input, lo, hi)
  return new DataView(buffer as ArrayBuffer).getBigInt64(0, true)
}
