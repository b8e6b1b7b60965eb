import { computeError, type ModuleCode } from './errors.ts'

/** Largest module, bytes. */
export const MODULE_MAX_BYTES = 16 * 1024 * 1024
/** Bytes in one page of WebAssembly memory. */
export const PAGE_BYTES = 65_536
/** Largest table of function references that a module may declare, entries. */
export const TABLE_MAX_ENTRIES = 10_000

/** What the host needs to know of a module that passed. */
export interface ModuleFacts {
  sizeBytes: number
  /** The memory that it imports as `env.memory`, in pages. */
  minPages: number
  maxPages: number | undefined
  functions: number
  /** True when it exports `input(length) -> address` and so takes the job's input. */
  takesInput: boolean
}

const refuse = (code: ModuleCode, message: string): never => {
  throw computeError(code, message)
}

/** Reads WebAssembly's binary format (https://webassembly.github.io/spec/core/binary/) within [at, end). */
class Reader {
  readonly #bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes
    this.at = at
    this.end = end
  }

  byte(): number {
    const byte = this.at < this.end ? this.#bytes[this.at] : undefined
    if (byte === undefined) return refuse('MODULE_MALFORMED', `the module ends too early, at byte ${this.at}`)
    this.at++
    return byte
  }

  skip(count: number): void {
    if (count > this.end - this.at) refuse('MODULE_MALFORMED', `a length at byte ${this.at} runs past the end`)
    this.at += count
  }

  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break
        return value
      }
    }
    return refuse('MODULE_MALFORMED', `a number before byte ${this.at} is longer than 32 bits`)
  }

  /** Skips a LEB128 number of at most `bytes` bytes, whatever its sign. */
  skipNumber(bytes: number): void {
    for (let count = 0; count < bytes; count++) if (this.byte() < 0x80) return
    refuse('MODULE_MALFORMED', `a number before byte ${this.at} is longer than ${bytes} bytes`)
  }

  name(): string {
    const length = this.u32()
    const from = this.at
    this.skip(length)
    return new TextDecoder().decode(this.#bytes.subarray(from, this.at))
  }

  part(length: number): Reader {
    const from = this.at
    this.skip(length)
    return new Reader(this.#bytes, from, this.at)
  }
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
/** Sections in the order in which the format demands them; 0 is custom and may stand anywhere. */
const SECTION_ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]
const I32 = 0x7f
const I64 = 0x7e

type Signature = 'run' | 'input' | 'other'

function signature(reader: Reader): Signature {
  if (reader.byte() !== 0x60)
    refuse('MODULE_INSTRUCTION', 'only function types are allowed, not garbage-collected ones')
  const types = (): string => Array.from({ length: bounded(reader, 1_000) }, () => reader.byte()).join()
  const parameters = types()
  const results = types()
  if (parameters === `${I64},${I64}` && results === `${I64}`) return 'run'
  return parameters === `${I32}` && results === `${I32}` ? 'input' : 'other'
}

/** The length of a vector, when each item takes at least a byte. */
function bounded(reader: Reader, max = Infinity): number {
  const length = reader.u32()
  if (length > Math.min(max, reader.end - reader.at))
    refuse('MODULE_MALFORMED', `a list before byte ${reader.at} is too long`)
  return length
}

interface Limits {
  min: number
  max: number | undefined
}

function limits(reader: Reader, what: string, code: 'MODULE_MEMORY' | 'MODULE_TABLE'): Limits {
  const flags = reader.byte()
  if (flags & 0b0010) refuse(code, `shared ${what} is not allowed: threads make results depend on timing`)
  if (flags & 0b0100) refuse(code, `64-bit ${what} is not allowed`)
  if (flags > 1) refuse(code, `${what} of an unknown sort (${flags})`)
  return { min: reader.u32(), max: flags & 1 ? reader.u32() : undefined }
}

function memoryImport(reader: Reader): Limits {
  let memory: Limits | undefined
  for (let left = bounded(reader); left > 0; left--) {
    const name = `${reader.name()}.${reader.name()}`
    const kind = reader.byte()
    if (name !== 'env.memory' || kind !== 2)
      refuse(
        'MODULE_IMPORT',
        `it imports ${JSON.stringify(name.slice(0, 100))}; the only import is the memory env.memory`
      )
    if (memory) refuse('MODULE_MEMORY', 'it imports more than one memory')
    memory = limits(reader, 'memory', 'MODULE_MEMORY')
  }
  return memory ?? refuse('MODULE_MEMORY', 'it does not import env.memory (link with --import-memory)')
}

function checkTables(reader: Reader): void {
  const tables = bounded(reader)
  if (tables > 1) refuse('MODULE_TABLE', `it has ${tables} tables; one is the most`)
  if (tables === 0) return
  if (reader.byte() !== 0x70) refuse('MODULE_TABLE', 'its table holds something other than functions')
  const { min } = limits(reader, 'table', 'MODULE_TABLE')
  if (min > TABLE_MAX_ENTRIES) refuse('MODULE_TABLE', `its table has ${min} entries; ${TABLE_MAX_ENTRIES} is the most`)
}

const NAMED: Record<number, string> = {
  0x06: 'exceptions',
  0x07: 'exceptions',
  0x08: 'exceptions',
  0x09: 'exceptions',
  0x0a: 'exceptions',
  0x12: 'tail calls',
  0x13: 'tail calls',
  0x14: 'typed function references',
  0x15: 'typed function references',
  0x18: 'exceptions',
  0x19: 'exceptions',
  0x1f: 'exceptions',
  0xfb: 'garbage collection',
  0xfe: 'threads'
}

const notAllowed = (what: string, at: number): never =>
  refuse('MODULE_INSTRUCTION', `${what} at byte ${at} is outside the features that every worker computes alike`)

/** Skips alignment and offset of a load or store. */
function memoryArgument(reader: Reader): void {
  if (reader.u32() >= 0x40) refuse('MODULE_MEMORY', 'it addresses more than one memory')
  reader.u32()
}

/** 0xFC: saturating conversions, bulk memory, tables; by sub-opcode, how many indices follow. */
const MISC_INDICES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, undefined, 1, 1]
const TABLE_GROW = 15

function miscInstruction(reader: Reader, at: number): void {
  const code = reader.u32()
  if (code === TABLE_GROW)
    refuse('MODULE_TABLE', `table.grow at byte ${at} is not allowed: no limit covers what it takes`)
  const indices = MISC_INDICES[code] ?? notAllowed(`instruction 0xfc ${code}`, at)
  for (let index = 0; index < indices; index++) reader.u32()
}

function vectorInstruction(reader: Reader, at: number): void {
  const code = reader.u32()
  if (code > 0xff) notAllowed('relaxed SIMD', at)
  if (code <= 11 || code === 92 || code === 93) memoryArgument(reader)
  else if (code <= 13) reader.skip(16)
  else if (code >= 21 && code <= 34) reader.skip(1)
  else if (code >= 84 && code <= 91) {
    memoryArgument(reader)
    reader.skip(1)
  }
}

function instruction(reader: Reader): void {
  const at = reader.at
  const code = reader.byte()
  if (code >= 0x45 && code <= 0xc4) return
  if (code >= 0x28 && code <= 0x3e) return memoryArgument(reader)
  if (code >= 0x20 && code <= 0x26) return void reader.u32()
  switch (code) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x41: // i32.const
    case 0xd0: // ref.null
      return reader.skipNumber(5)
    case 0x42: // i64.const
      return reader.skipNumber(10)
    case 0x43: // f32.const
      return reader.skip(4)
    case 0x44: // f64.const
      return reader.skip(8)
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0xd2: // ref.func
      return void reader.u32()
    case 0x11: // call_indirect
      reader.u32()
      return void reader.u32()
    case 0x0e: // br_table
      for (let left = bounded(reader); left >= 0; left--) reader.u32()
      return
    case 0x1c: // select with types
      return reader.skip(bounded(reader))
    case 0xfc:
      return miscInstruction(reader, at)
    case 0xfd:
      return vectorInstruction(reader, at)
    default:
      notAllowed(NAMED[code] ?? `instruction 0x${code.toString(16)}`, at)
  }
}

function checkCode(reader: Reader): void {
  for (let left = bounded(reader); left > 0; left--) {
    const body = reader.part(reader.u32())
    for (let groups = bounded(body); groups > 0; groups--) {
      body.u32()
      body.byte()
    }
    while (body.at < body.end) instruction(body)
  }
}

/**
 * Reads a module's structure, every import, limit, export and instruction, without running or compiling any of it. What
 * passes can be handed to a sandbox; whether its code is well typed is the engine's to say there. The lists are of what
 * is allowed, so that a feature invented tomorrow is refused.
 * @throws BorgoError with a `ModuleCode` and the exact reason.
 */
export function inspectModule(bytes: Uint8Array, options: { maxPages: number }): ModuleFacts {
  if (bytes.length > MODULE_MAX_BYTES)
    refuse('MODULE_TOO_LARGE', `the module has ${bytes.length} bytes; ${MODULE_MAX_BYTES} is the most`)
  if (MAGIC.some((byte, index) => bytes[index] !== byte))
    refuse('MODULE_NOT_WASM', 'the file is not a WebAssembly module of version 1')

  const signatures: Signature[] = []
  const functions: number[] = []
  const exported = new Map<string, Signature>()
  let memory: Limits | undefined
  let place = -1
  const reader = new Reader(bytes, MAGIC.length)
  while (reader.at < reader.end) {
    const id = reader.byte()
    const section = reader.part(reader.u32())
    if (id === 0) continue
    if (id === 13) refuse('MODULE_INSTRUCTION', 'exceptions (a tag section) are not allowed')
    const order = SECTION_ORDER.indexOf(id)
    if (order <= place) refuse('MODULE_MALFORMED', `section ${id} is unknown, repeated or out of order`)
    place = order
    if (id === 1) for (let left = bounded(section); left > 0; left--) signatures.push(signature(section))
    else if (id === 2) memory = memoryImport(section)
    else if (id === 3) for (let left = bounded(section); left > 0; left--) functions.push(section.u32())
    else if (id === 4) checkTables(section)
    else if (id === 5 && bounded(section) > 0)
      refuse('MODULE_MEMORY', 'it defines its own memory; import env.memory, so that the host can limit it')
    else if (id === 7)
      for (let left = bounded(section); left > 0; left--) {
        const name = section.name()
        const kind = section.byte()
        const index = section.u32()
        if (kind === 0) exported.set(name, signatures[functions[index] ?? -1] ?? 'other')
      }
    else if (id === 10) checkCode(section)
  }

  if (!memory) return refuse('MODULE_MEMORY', 'it does not import env.memory (link with --import-memory)')
  if (memory.min > options.maxPages)
    refuse('MODULE_MEMORY', `it needs ${memory.min} pages of memory; the limit is ${options.maxPages}`)
  if (exported.get('run') !== 'run') refuse('MODULE_EXPORT', 'it does not export run(i64, i64) -> i64')
  const input = exported.get('input')
  if (input === 'other' || input === 'run') refuse('MODULE_EXPORT', 'it exports input, but not as input(i32) -> i32')
  return {
    sizeBytes: bytes.length,
    minPages: memory.min,
    maxPages: memory.max,
    functions: functions.length,
    takesInput: input === 'input'
  }
}
