import { readFile } from 'node:fs/promises'

/** The modules that come with Borgo, built from the C beside them. */
export const BUILTINS = ['primes', 'mandelbrot'] as const
export type Builtin = (typeof BUILTINS)[number]

export function isBuiltin(name: string): name is Builtin {
  return BUILTINS.some(builtin => builtin === name)
}

export function readBuiltin(name: Builtin): Promise<Uint8Array> {
  return readFile(new URL(`./modules/${name}.wasm`, import.meta.url))
}

/** Which picture the module `mandelbrot` paints; the job's range is its rows, from 0 to `height`. */
export interface MandelbrotView {
  width: number
  height: number
  /** Most rounds for a pixel. */
  iterations: number
  /** The centre. */
  x: number
  y: number
  /** What the width covers. */
  span: number
}

/** The input of the module `mandelbrot`. */
export function mandelbrotInput({ width, height, iterations, x, y, span }: MandelbrotView): Uint8Array {
  const view = new DataView(new ArrayBuffer(40))
  for (const [index, value] of [width, height, iterations].entries()) view.setUint32(4 * index, value, true)
  for (const [index, value] of [x, y, span].entries()) view.setFloat64(16 + 8 * index, value, true)
  return new Uint8Array(view.buffer)
}
