import { createClient, type Client } from '@borgo/api'
import { hasCode } from '@borgo/core/errors'
import type { Command } from 'commander'
import { dataFolder, socketPath } from '../config/folder.ts'
import { nodeError } from '../errors.ts'
import { socketFetch } from './socket-fetch.ts'

/** Options of every command. */
export interface GlobalOptions {
  data?: string
  json?: boolean
  timeout?: number
}

/** What a command works with. Data goes to stdout, everything else to stderr. */
export interface Context {
  client: Client
  folder: string
  socket: string
  /** Aborts on Ctrl-C, and after `--timeout`. */
  signal: AbortSignal
  json: boolean
  /** Prints the result: as one JSON document with `--json`, else as `text` makes it readable. */
  show<T>(value: T, text: (value: T) => string): void
  /** Prints one item of a stream: as one JSON line with `--json`. */
  showEach<T>(item: T, text: (item: T) => string): void
  /** A message for a person. */
  note(text: string): void
}

/**
 * Makes the action of a command. Its arguments are those of the command; its options come merged with the global ones:
 * `command.action(action(async ({ client, show }, id) => …))`.
 */
export function action<Args extends unknown[]>(work: (context: Context, ...args: Args) => Promise<void>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command
    // Commander passes the arguments, then the options, then the command.
    const args = [...given.slice(0, -2), command.opts()] as Args
    const options = command.optsWithGlobals<GlobalOptions>()
    const { context, interrupted } = createContext(options)
    try {
      await work(context, ...args)
    } catch (error) {
      if (hasCode(error, 'NOT_RUNNING')) throw notRunning(context.folder, options.data !== undefined)
      if (interrupted() && context.signal.aborted) return
      if (context.signal.aborted) throw nodeError('TIMEOUT', `not done within ${options.timeout} s`, error)
      throw ofFile(error)
    }
  }
}

function createContext({ data, json = false, timeout }: GlobalOptions): {
  context: Context
  interrupted: () => boolean
} {
  const folder = dataFolder(data, process.env)
  const socket = socketPath(folder, process.env)
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const signals = [interrupt.signal, ...(timeout === undefined ? [] : [AbortSignal.timeout(timeout * 1_000)])]
  const print = (text: string): void => void process.stdout.write(`${text}\n`)
  const context: Context = {
    client: createClient({ fetch: socketFetch(socket) }),
    folder,
    socket,
    signal: AbortSignal.any(signals),
    json,
    show: (value, text) => print(json ? JSON.stringify(value, null, 2) : text(value)),
    showEach: (item, text) => print(json ? JSON.stringify(item) : text(item)),
    note: text => void process.stderr.write(`${text}\n`)
  }
  return { context, interrupted: () => interrupt.signal.aborted }
}

/** What the system says of a file that a command was given, as a sentence. Anything else as it is. */
function ofFile(error: unknown): unknown {
  // Reading a folder fails without its path.
  if (hasCode(error, 'EISDIR')) return nodeError('USAGE', 'a folder was named where a file is wanted', error)
  if (!hasCode(error, 'ENOENT', 'EACCES') || !('path' in error) || typeof error.path !== 'string') return error
  const why = error.code === 'ENOENT' ? 'there is no such file or folder' : 'this user may not open it'
  return nodeError('USAGE', `${error.path}: ${why}`, error)
}

function notRunning(folder: string, named: boolean): Error {
  const how = named ? `borgo start --data ${folder}` : 'borgo start'
  return nodeError('NOT_RUNNING', `no node is running on ${folder}: start it with \`${how}\``)
}
