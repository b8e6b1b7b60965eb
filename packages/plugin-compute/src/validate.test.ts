import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ComputeCode } from './errors.ts'
import { inspectModule, MODULE_MAX_BYTES, TABLE_MAX_ENTRIES } from './validate.ts'

const [I32, I64] = [0x7f, 0x7e]

/** An unsigned LEB128 number. */
const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)])
const text = (name: string): number[] => [...leb(name.length), ...Buffer.from(name)]
const list = (...items: number[][]): number[] => [...leb(items.length), ...items.flat()]
const section = (id: number, body: number[]): number[] => [id, ...leb(body.length), ...body]

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const RUN_TYPE = [0x60, ...list([I64], [I64]), ...list([I64])]
const INPUT_TYPE = [0x60, ...list([I32]), ...list([I32])]
const MEMORY = [...text('env'), ...text('memory'), 0x02, 0x00, 1]
const RUN_EXPORT = [...text('run'), 0x00, 0]
/** local.get 0 */
const RETURN_FIRST = [0x20, 0]

interface Parts {
  types?: number[][]
  imports?: number[][]
  functions?: number[][]
  tables?: number[][]
  memories?: number[][]
  exports?: number[][]
  code?: number[]
  extra?: number[]
}

/** A module that passes, with parts of it replaced. */
function module(parts: Parts = {}): Uint8Array {
  const functions = parts.functions ?? [[0]]
  const body = [0, ...(parts.code ?? []), ...RETURN_FIRST, 0x0b]
  return Uint8Array.from([
    ...HEADER,
    ...section(1, list(...(parts.types ?? [RUN_TYPE, INPUT_TYPE]))),
    ...section(2, list(...(parts.imports ?? [MEMORY]))),
    ...section(3, list(...functions)),
    ...(parts.tables ? section(4, list(...parts.tables)) : []),
    ...(parts.memories ? section(5, list(...parts.memories)) : []),
    ...section(7, list(...(parts.exports ?? [RUN_EXPORT]))),
    ...(parts.extra ?? []),
    ...section(10, list(...functions.map(() => [...leb(body.length), ...body])))
  ])
}

const limits = { maxPages: 1024 }

function refusal(bytes: Uint8Array): string {
  try {
    inspectModule(bytes, limits)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${String(error.code)}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const file = (path: string): Uint8Array => readFileSync(new URL(path, import.meta.url))

describe('the validator', () => {
  it('[W-1] accepts a module that imports env.memory and exports run', () => {
    expect(inspectModule(module(), limits)).toEqual({
      sizeBytes: module().length,
      minPages: 1,
      maxPages: undefined,
      functions: 1,
      takesInput: false
    })
    expect(inspectModule(file('modules/primes.wasm'), limits)).toMatchObject({ takesInput: false })
    expect(inspectModule(file('modules/mandelbrot.wasm'), limits)).toMatchObject({ takesInput: true })
  })

  const memory = (...limit: number[]): Parts => ({ imports: [[...text('env'), ...text('memory'), 0x02, ...limit]] })
  const corpus: [string, ComputeCode, Uint8Array][] = [
    ['an empty file', 'MODULE_NOT_WASM', new Uint8Array()],
    ['text', 'MODULE_NOT_WASM', Buffer.from('(module)')],
    ['another version', 'MODULE_NOT_WASM', Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])],
    ['a component', 'MODULE_NOT_WASM', Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])],
    ['more than 16 MiB', 'MODULE_TOO_LARGE', new Uint8Array(MODULE_MAX_BYTES + 1)],
    ['nothing but a header', 'MODULE_MEMORY', Uint8Array.from(HEADER)],
    ['a cut end', 'MODULE_MALFORMED', module().subarray(0, -2)],
    ['a length past the end', 'MODULE_MALFORMED', Uint8Array.from([...HEADER, 1, 0x80, 0x80, 0x80, 0x08])],
    ['a number without end', 'MODULE_MALFORMED', Uint8Array.from([...HEADER, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a huge list', 'MODULE_MALFORMED', Uint8Array.from([...HEADER, ...section(3, [0xff, 0xff, 0xff, 0xff, 0x0f])])],
    ['an unknown section', 'MODULE_MALFORMED', module({ extra: section(42, [0]) })],
    ['a section out of order', 'MODULE_MALFORMED', module({ extra: section(3, list([0])) })],
    [
      'an import of a function',
      'MODULE_IMPORT',
      module({ imports: [MEMORY, [...text('env'), ...text('abort'), 0, 0]] })
    ],
    ['WASI', 'MODULE_IMPORT', module({ imports: [[...text('wasi_snapshot_preview1'), ...text('fd_write'), 0, 0]] })],
    [
      'a global named like the memory',
      'MODULE_IMPORT',
      module({ imports: [[...text('env'), ...text('memory'), 3, I32, 0]] })
    ],
    ['an import that the host has none for', 'MODULE_IMPORT', file('../test/fixtures/logger.wasm')],
    ['no memory', 'MODULE_MEMORY', module({ imports: [] })],
    ['two memories', 'MODULE_MEMORY', module({ imports: [MEMORY, MEMORY] })],
    ['its own memory', 'MODULE_MEMORY', module({ imports: [], memories: [[0, 1]] })],
    ['its own memory beside ours', 'MODULE_MEMORY', module({ memories: [[0, 1]] })],
    ['too much memory', 'MODULE_MEMORY', module(memory(0x00, ...leb(1025)))],
    ['shared memory', 'MODULE_MEMORY', module(memory(0x03, 1, 2))],
    ['64-bit memory', 'MODULE_MEMORY', module(memory(0x04, 1))],
    ['memory of the future', 'MODULE_MEMORY', module(memory(0x08, 1))],
    ['a load from a second memory', 'MODULE_MEMORY', module({ code: [0x41, 0, 0x28, 0x42, 1, 0, 0x1a] })],
    ['a huge table', 'MODULE_TABLE', module({ tables: [[0x70, 0x00, ...leb(TABLE_MAX_ENTRIES + 1)]] })],
    [
      'two tables',
      'MODULE_TABLE',
      module({
        tables: [
          [0x70, 0, 1],
          [0x70, 0, 1]
        ]
      })
    ],
    ['a table of host references', 'MODULE_TABLE', module({ tables: [[0x6f, 0, 1]] })],
    ['a 64-bit table', 'MODULE_TABLE', module({ tables: [[0x70, 0x04, 1]] })],
    [
      'a table that grows',
      'MODULE_TABLE',
      module({ tables: [[0x70, 0, 1]], code: [0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x1a] })
    ],
    ['atomics', 'MODULE_INSTRUCTION', module({ code: [0xfe, 0x03, 0x00] })],
    ['relaxed SIMD', 'MODULE_INSTRUCTION', module({ code: [0xfd, ...leb(0x100)] })],
    ['garbage collection', 'MODULE_INSTRUCTION', module({ code: [0xfb, 0x00, 0] })],
    ['structure types', 'MODULE_INSTRUCTION', module({ types: [RUN_TYPE, [0x5f, 0]] })],
    ['exceptions', 'MODULE_INSTRUCTION', module({ code: [0x06, 0x40, 0x0b] })],
    ['an exception tag', 'MODULE_INSTRUCTION', module({ extra: section(13, list([0, 0])) })],
    ['tail calls', 'MODULE_INSTRUCTION', module({ code: [0x12, 0] })],
    ['an instruction of the future', 'MODULE_INSTRUCTION', module({ code: [0xc9] })],
    ['a wide-arithmetic instruction', 'MODULE_INSTRUCTION', module({ code: [0xfc, 19] })],
    ['no run', 'MODULE_EXPORT', module({ exports: [[...text('main'), 0, 0]] })],
    ['run of another type', 'MODULE_EXPORT', module({ functions: [[1]] })],
    ['run that is no function', 'MODULE_EXPORT', module({ exports: [[...text('run'), 2, 0]] })],
    ['input of another type', 'MODULE_EXPORT', module({ exports: [RUN_EXPORT, [...text('input'), 0, 0]] })]
  ]
  it.each(corpus)('[W-2] refuses %s with %s', (_what, code, bytes) => {
    expect(refusal(bytes)).toMatch(new RegExp(`^${code}: `))
  })

  it('[W-2] says exactly what is wrong', () => {
    const abort = [...text('env'), ...text('abort'), 0, 0]
    expect(refusal(module({ imports: [abort] }))).toBe(
      'MODULE_IMPORT: it imports "env.abort"; the only import is the memory env.memory'
    )
    expect(refusal(module(memory(0x00, ...leb(2000))))).toBe(
      'MODULE_MEMORY: it needs 2000 pages of memory; the limit is 1024'
    )
  })

  it('[W-1] reads the immediates of every allowed instruction', () => {
    const memarg = [2, 0]
    const vector = Array.from({ length: 16 }, () => 0xfe)
    const bodies = [
      [0x02, 0x40, 0x0c, 0, 0x0b], // block, br
      [0x0e, 2, 0, 0, 0], // br_table
      [0x11, 0, 0], // call_indirect
      [0x1c, 1, I32], // select with types
      [0x42, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0x00], // i64.const of ten bytes
      [0x43, 0xfe, 0xfe, 0xfe, 0xfe], // f32.const
      [0x44, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe], // f64.const
      [0x28, ...memarg],
      [0xfc, 10, 0, 0], // memory.copy
      [0xfc, 11, 0], // memory.fill
      [0xfd, 0, ...memarg], // v128.load
      [0xfd, 12, ...vector], // v128.const
      [0xfd, 13, ...vector], // i8x16.shuffle
      [0xfd, 21, 0], // extract_lane
      [0xfd, 84, ...memarg, 0], // v128.load8_lane
      [0xfd, 92, ...memarg], // v128.load32_zero
      [0xfd, ...leb(0xae)] // i32x4.add
    ]
    for (const code of bodies) expect(refusal(module({ code }))).toBe('accepted')
  })

  it('[W-3] 10,000 mutated modules are judged, never crash it, and what the engine compiles imports nothing else', () => {
    interface Wasm {
      Module: {
        new (bytes: Uint8Array): object
        imports(module: object): { module: string; name: string; kind: string }[]
      }
      validate(bytes: Uint8Array): boolean
    }
    const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm }
    let seed = 20261122
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * below)
    }
    const originals = [file('modules/primes.wasm'), file('modules/mandelbrot.wasm'), module()]
    let accepted = 0
    for (let round = 0; round < 10_000; round++) {
      const original = originals[round % originals.length] ?? module()
      const bytes = Uint8Array.from(original)
      for (let edits = 1 + random(3); edits > 0; edits--) bytes[random(bytes.length)] = random(256)
      const mutant = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes
      if (refusal(mutant) !== 'accepted') continue
      accepted++
      if (!WebAssembly.validate(mutant)) continue
      const imports = WebAssembly.Module.imports(new WebAssembly.Module(mutant))
      expect(imports, `round ${round}`).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
    }
    expect(accepted).toBeGreaterThan(100)
  })
})
