import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createClient, type Client } from '@borgo/api'
import { socketFetch } from '../src/cli/socket-fetch.ts'
import type { Started } from '../src/daemon/run.ts'

/** The program itself. */
export const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** On loopback, without multicast, on ports that are free: what no test may do without. */
const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--api-port', '0']

/** Nothing of the environment that the tests run in reaches the programs. */
export function cleanEnv(env: Record<string, string> = {}): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('BORGO_') && !name.startsWith('VITEST'))
  return { ...Object.fromEntries(kept), NO_COLOR: '1', NODE_ENV: 'production', ...env }
}

/** Runs `borgo …` with pipes. */
export function spawnBorgo(args: readonly string[], env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, ...args], { env: cleanEnv(env), stdio: 'pipe' })
}

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
  /** `stdout` as one JSON document. */
  json<T = unknown>(): T
}

/** Runs `borgo …` to its end. */
export async function borgo(
  args: readonly string[],
  options: { env?: Record<string, string>; stdin?: string } = {}
): Promise<Ran> {
  const child = spawnBorgo(args, options.env)
  child.stdin.end(options.stdin ?? '')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, stdout, stderr, json: <T>() => JSON.parse(stdout) as T }
}

/** A temporary folder that goes with the scope: `using folder = temporaryFolder()`. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'borgo-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A node in a process of its own. `await using node = await startNode()` stops it and removes its folder. */
export interface TestNode extends AsyncDisposable {
  readonly folder: string
  readonly process: ChildProcess
  /** What `borgo start --json` printed. */
  readonly started: Started
  /** Over the Unix socket: may do everything. */
  readonly client: Client
  /** Runs a command against this node. */
  borgo(...args: string[]): Promise<Ran>
  /** Everything it wrote to stderr so far. */
  log(): string
  /** SIGTERM; resolves to the exit code. The folder stays for `restart`. */
  stop(): Promise<number | null>
  /** SIGKILL: as a power cut is for a process. */
  kill(): Promise<void>
  /** The same folder and arguments again, in a new process. */
  restart(): Promise<TestNode>
}

export interface StartOptions {
  /** @default a temporary one, removed on disposal */
  folder?: string
  name?: string
  /** Added to the safe ones of every test. */
  args?: readonly string[]
  env?: Record<string, string>
}

/** Resolves when the node serves; throws with its stderr when it ends before. */
export async function startNode(options: StartOptions = {}): Promise<TestNode> {
  const own = options.folder === undefined ? temporaryFolder() : undefined
  const folder = options.folder ?? own?.path ?? ''
  const name = options.name === undefined ? [] : ['--name', options.name]
  const args = ['start', '--json', '--data', folder, ...LOOPBACK, ...name, ...(options.args ?? [])]
  const child = spawnBorgo(args, options.env)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk))
  const ended = once(child, 'close')

  const started = await Promise.race([firstDocument<Started>(child), ended.then(() => undefined)])
  if (!started) {
    own?.[Symbol.dispose]()
    throw new Error(`the node ended with ${child.exitCode} instead of starting:\n${log}`)
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
    return child.exitCode
  }
  return {
    folder,
    process: child,
    started,
    client: createClient({ fetch: socketFetch(started.socket) }),
    borgo: (...command) => borgo([...command, '--data', folder], { ...(options.env && { env: options.env }) }),
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    restart: async () => {
      await end('SIGTERM')
      return startNode({ ...options, folder })
    },
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      own?.[Symbol.dispose]()
    }
  }
}

/** The first JSON document on a child's stdout. */
function firstDocument<T>(child: ChildProcess): Promise<T> {
  return new Promise(resolve => {
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.endsWith('}\n')) resolve(JSON.parse(output) as T)
    })
  })
}

/** Two nodes that are connected; the first dialled the second. */
export async function connect(from: TestNode, to: TestNode): Promise<void> {
  const [address = ''] = to.started.addresses
  await from.client.peers.dial({ body: { address } })
}

/**
 * Puts a node's folder back to what it was before it wrote something that a member got, as a copy of files does, and lets
 * it write something else. Resolves to both in new processes, kept apart: when they meet, the device has two histories in
 * the group.
 */
export async function giveTwoHistories(
  node: TestNode,
  member: TestNode,
  group: string
): Promise<{ node: TestNode; member: TestNode; meet(): Promise<void> }> {
  using saved = temporaryFolder()
  const write = (on: TestNode, text: string) => on.client.chat.send({ params: { group }, body: { text } })
  const has = async (text: string): Promise<true | undefined> => {
    const { messages } = await member.client.chat.messages({ params: { group } })
    return messages.some(one => one.text === text) || undefined
  }
  await node.stop()
  cpSync(node.folder, saved.path, { recursive: true })
  const before = await node.restart()
  await write(before, 'one history')
  await until(member, ['chat'], () => has('one history'))
  const { device } = node.started
  await member.client.peers.deny({ body: { device, ms: 3_600_000 } })
  await Promise.all([before.stop(), member.stop()])
  rmSync(node.folder, { recursive: true })
  cpSync(saved.path, node.folder, { recursive: true })
  const copied = await node.restart()
  await write(copied, 'another history')
  const again = await member.restart()
  return {
    node: copied,
    member: again,
    async meet() {
      await again.client.peers.admit({ body: { device } })
      await connect(copied, again)
    }
  }
}

/** Resolves when `check` gives a value, looking again at every event of the topics. Ends with the test's own timeout. */
export async function until<T>(
  { client }: Pick<TestNode, 'client'>,
  topics: Parameters<Client['events']>[0],
  check: () => Promise<T | undefined>
): Promise<T> {
  const abort = new AbortController()
  try {
    let events: AsyncIterator<unknown> | undefined
    let next: Promise<unknown> | undefined
    // Listening begins before looking, so that nothing falls between the two.
    await new Promise<void>((resolve, reject) => {
      events = client.events(topics, { signal: abort.signal, onOpen: resolve })[Symbol.asyncIterator]()
      next = events.next()
      next.catch(reject)
    })
    for (;;) {
      const value = await check()
      if (value !== undefined) return value
      await next
      next = events?.next()
    }
  } finally {
    abort.abort()
  }
}
