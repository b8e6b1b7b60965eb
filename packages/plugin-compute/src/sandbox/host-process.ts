import { spawn } from 'node:child_process'
import { computeError, type ComputeCode } from '../errors.ts'
import { encodeFrame, frameReader, type Frame } from './frames.ts'
import type { Answer, Command } from './kernel.ts'
import type { Sandbox } from './sandbox.ts'

/** A running host process. One command at a time: `ask` again when the last answer is there. */
export interface HostProcess {
  readonly pid: number
  /** The answer to a command. Rejects with PART_CRASHED or PART_MEMORY when the process dies first. */
  ask(command: Command): Promise<Answer>
  /** Kills it at once; whoever waits is rejected. */
  kill(): void
}

/** How much of what a dying process says is kept, characters. */
const LAST_WORDS = 2_000
const OUT_OF_MEMORY = /out of memory|memory limit|Allocation failed/i
const CODES: readonly string[] = [
  'MODULE_COMPILE',
  'PART_TRAP',
  'PART_MEMORY',
  'PART_OUTPUT',
  'PART_CRASHED'
] satisfies ComputeCode[]

/** Checks what the host says: a module that broke out of WebAssembly could send anything. */
function answerOf({ header, body }: Frame): Answer | undefined {
  let value: unknown
  try {
    value = JSON.parse(header)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  if (value.type === 'ready' || value.type === 'loaded') return { type: value.type }
  if (value.type === 'result' && 'ms' in value && typeof value.ms === 'number' && value.ms >= 0)
    return { type: 'result', ms: value.ms, bytes: Uint8Array.from(body) }
  if (value.type !== 'failed' || !('code' in value) || !('text' in value)) return undefined
  const { code, text } = value
  if (typeof code !== 'string' || typeof text !== 'string' || !CODES.includes(code)) return undefined
  return { type: 'failed', code, text: text.slice(0, 200) }
}

/** Starts a host process and resolves when it is ready for commands. Throws SANDBOX_FAILED. */
export async function startHost(sandbox: Sandbox): Promise<HostProcess> {
  const child = spawn(sandbox.file, sandbox.arguments, { env: {}, stdio: ['pipe', 'pipe', 'pipe'] })
  let lastWords = ''
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  let death: Error | undefined

  const kill = (): void => {
    child.kill('SIGKILL')
  }
  const die = (error: Error): void => {
    death ??= error
    waiting?.reject(death)
    waiting = undefined
    kill()
  }
  const read = frameReader(frame => {
    const answer = answerOf(frame)
    if (!answer || !waiting) return die(computeError('PART_CRASHED', 'the host process sent what it should not'))
    waiting.resolve(answer)
    waiting = undefined
  })
  child.stdout.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (cause) {
      die(computeError('PART_CRASHED', 'the host process sent too much', cause))
    }
  })
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS)
  })
  child.on('error', cause => die(computeError('SANDBOX_FAILED', `cannot start ${sandbox.file}`, cause)))
  child.on('close', (code, signal) => {
    die(
      OUT_OF_MEMORY.test(lastWords)
        ? computeError('PART_MEMORY', 'the process that ran it was out of memory')
        : computeError('PART_CRASHED', `the process that ran it ended (${signal ?? code})`)
    )
  })
  // The exit says what matters; a write to a process that is gone only says EPIPE.
  child.stdin.on('error', () => undefined)

  const answer = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (death) reject(death)
      else waiting = { resolve, reject }
    })
  try {
    await answer()
  } catch (cause) {
    throw computeError('SANDBOX_FAILED', `a host process did not start: ${lastWords.trim().slice(0, 500)}`, cause)
  }
  return {
    pid: child.pid ?? 0,
    ask(command) {
      const { body, header } =
        command.type === 'load'
          ? { body: command.module, header: { ...command, module: undefined } }
          : { body: command.input, header: { ...command, input: undefined } }
      const reply = answer()
      for (const bytes of encodeFrame(JSON.stringify(header), body)) child.stdin.write(bytes)
      return reply
    },
    kill: () => die(computeError('STOPPED', 'the host process was stopped'))
  }
}
