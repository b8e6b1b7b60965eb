import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@borgo/api'
import type { ApiEvent, Client, Identity, Topic } from '@borgo/api'
import { socketPath } from '../apps/node/src/config/folder.ts'
import { socketFetch } from '../apps/node/src/cli/socket-fetch.ts'

const BIN = join(import.meta.dirname, '../apps/node/src/bin.ts')
const ADDRESS = '/ip4/127.0.0.1/tcp/0'

/** One node of the demo or the laboratory: a process of its own on a fresh folder. */
export interface House {
  readonly name: string
  readonly folder: string
  readonly client: Client
  /** Who lives here; known from the first start on. */
  identity(): Identity
  /** Resolves when the API answers. */
  start(): Promise<void>
  /** SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>
  /** A one-time link to the console. */
  link(): Promise<string>
  /** Resolves with the first value of `read` that is neither undefined nor false; looks again at every such event. */
  until<T>(topics: readonly Topic[], read: () => Promise<T | undefined | false>): Promise<T>
}

export interface HouseOptions {
  /** What to put before the command, to run it somewhere else. @default nothing */
  inside?: readonly string[]
  /** Options of `borgo start`. @default on loopback, not looking for others on the link */
  settings?: readonly string[]
}

export function house(root: string, name: string, options: HouseOptions = {}): House {
  const { inside = [], settings = ['--listen', ADDRESS, '--no-mdns'] } = options
  const folder = join(root, name.toLowerCase())
  const client = createClient({ fetch: socketFetch(socketPath(folder, process.env)) })
  let running: ChildProcess | undefined
  let known: Identity | undefined

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const child = running
    running = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  return {
    name,
    folder,
    client,
    identity() {
      if (!known) throw new Error(`${name} never started`)
      return known
    },
    async start() {
      const own = ['--data', folder, '--name', name, '--api-port', '0', '--log-level', 'warn']
      const [program = '', ...args] = [...inside, process.execPath, BIN, 'start', ...own, ...settings]
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      running = child
      const errors: string[] = []
      child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
      const exited = once(child, 'exit').then(([code]) => {
        throw new Error(`${name} ended with ${String(code)}: ${errors.join('').slice(-2_000)}`)
      })
      exited.catch(() => undefined)
      await Promise.race([exited, said(child, 'Ctrl-C stops the node')])
      known = (await client.status.get()).identity
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    link: async () => (await client.access.createLink()).url,
    async until(topics, read) {
      const abort = new AbortController()
      try {
        const events = client.events(topics, { signal: abort.signal })[Symbol.asyncIterator]()
        for (;;) {
          const next: Promise<IteratorResult<ApiEvent>> = events.next()
          const value = await read()
          if (value !== undefined && value !== false) return value
          await next
        }
      } finally {
        abort.abort()
      }
    }
  }
}

async function said(child: ChildProcess, text: string): Promise<void> {
  if (!child.stdout) throw new TypeError('no stdout')
  for await (const line of createInterface(child.stdout)) if (line.includes(text)) break
  child.stdout.resume()
}
