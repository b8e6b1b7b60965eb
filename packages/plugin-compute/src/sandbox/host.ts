import { Worker } from 'node:worker_threads'
import { encodeFrame, frameReader } from './frames.ts'
import type { Answer, Command } from './kernel.ts'

/**
 * The program of a slot's child process. Modules run on a thread of their own, so that this one always sees its parent
 * go: standard input ends even when the parent was killed, and then the process kills itself, whatever runs in it.
 */
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

const sibling = import.meta.url.endsWith('.ts') ? './kernel.ts' : './kernel.js'
const kernel = new Worker(new URL(sibling, import.meta.url), { env: {}, stdout: true, stderr: true })

const send = (answer: Answer): void => {
  const body = answer.type === 'result' ? answer.bytes : new Uint8Array()
  for (const bytes of encodeFrame(JSON.stringify({ ...answer, bytes: undefined }), body)) process.stdout.write(bytes)
}

kernel.on('message', send)
kernel.on('error', die)
kernel.on('exit', die)
kernel.once('online', () => send({ type: 'ready' }))

const read = frameReader(({ header, body }) => {
  const command = JSON.parse(header) as Command
  kernel.postMessage(command.type === 'load' ? { ...command, module: body } : { ...command, input: body })
})
process.stdin.on('data', read)
process.stdin.on('end', die)
process.stdin.on('error', die)
process.stdout.on('error', die)
