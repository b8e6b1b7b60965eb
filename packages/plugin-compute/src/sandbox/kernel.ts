import { parentPort } from 'node:worker_threads'
import { engine, type Memory, type Module } from './engine.ts'

/** What the host process hands to the thread that runs modules: one at a time, each answered once. */
export type Command =
  | { type: 'load'; module: Uint8Array; initialPages: number; maximumPages: number }
  | { type: 'run'; lo: string; hi: string; maxBytes: number; input: Uint8Array }

export type Answer =
  | { type: 'ready' }
  | { type: 'loaded' }
  | { type: 'result'; ms: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'failed'; code: string; text: string }

const PAGE_BYTES = 65_536

let loaded: { module: Module; initial: number; maximum: number } | undefined
let memory: Memory | undefined

class Failure extends Error {
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.code = code
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Zeroed memory of the initial size. Making one costs twenty times as much as clearing one, so it is used again. */
function freshMemory(initial: number, maximum: number): Memory {
  if (memory?.buffer.byteLength === initial * PAGE_BYTES) new Uint8Array(memory.buffer).fill(0)
  else memory = new engine.Memory({ initial, maximum })
  return memory
}

function load(command: Extract<Command, { type: 'load' }>): Answer {
  loaded = undefined
  memory = undefined
  try {
    const module = new engine.Module(Uint8Array.from(command.module))
    loaded = { module, initial: command.initialPages, maximum: command.maximumPages }
    return { type: 'loaded' }
  } catch (error) {
    throw new Failure('MODULE_COMPILE', textOf(error))
  }
}

type Export = (...values: (number | bigint)[]) => unknown

/** Every part gets an instance of its own: its result depends on the module, the input and the range alone. */
function run(command: Extract<Command, { type: 'run' }>): Answer {
  if (!loaded) throw new Failure('MODULE_COMPILE', 'no module is loaded')
  const { module, initial, maximum } = loaded
  const begin = performance.now()
  try {
    const fresh = freshMemory(initial, maximum)
    const { exports } = new engine.Instance(module, { env: { memory: fresh } })
    if (command.input.length > 0) {
      const address = Number((exports.input as Export)(command.input.length)) >>> 0
      if (address + command.input.length > fresh.buffer.byteLength)
        throw new Failure('PART_OUTPUT', 'input() answered with an address outside the memory')
      new Uint8Array(fresh.buffer).set(command.input, address)
    }
    const packed = BigInt.asUintN(64, BigInt((exports.run as Export)(BigInt(command.lo), BigInt(command.hi)) as bigint))
    const address = Number(packed >> 32n)
    const length = Number(packed & 0xffff_ffffn)
    if (length > command.maxBytes)
      throw new Failure('PART_OUTPUT', `the result has ${length} bytes; ${command.maxBytes} is the most`)
    if (address + length > fresh.buffer.byteLength)
      throw new Failure('PART_OUTPUT', 'the result lies outside the memory')
    const bytes = new Uint8Array(fresh.buffer).slice(address, address + length)
    return { type: 'result', ms: performance.now() - begin, bytes }
  } catch (error) {
    if (error instanceof Failure) throw error
    if (error instanceof engine.LinkError) throw new Failure('MODULE_COMPILE', textOf(error))
    const full = !memory || (maximum > initial && memory.buffer.byteLength === maximum * PAGE_BYTES)
    const limit = `memory stood at its limit of ${(maximum * PAGE_BYTES) / 1024 / 1024} MiB`
    throw full ? new Failure('PART_MEMORY', `${textOf(error)}; ${limit}`) : new Failure('PART_TRAP', textOf(error))
  }
}

parentPort?.on('message', (command: Command) => {
  try {
    const answer = command.type === 'load' ? load(command) : run(command)
    parentPort?.postMessage(answer, answer.type === 'result' ? [answer.bytes.buffer] : [])
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'PART_CRASHED'
    parentPort?.postMessage({ type: 'failed', code, text: textOf(error) } satisfies Answer)
  }
})
