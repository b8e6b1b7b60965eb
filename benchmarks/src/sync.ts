/**
 * sync: a member was away while 100,000 records were written, or somebody joins by a link afterwards: from the connection
 * to the last of them committed to their disk and read there, and the processor time of both. Two processes over
 * loopback, encrypted. Beside us Hypercore, the log that others build on: one writer, encrypted blocks, one signature for
 * a whole batch where we sign each record, so that any of them can be checked, kept or passed on alone.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createNode } from '@borgo/core'
import type { BorgoNode, Group, Peers, Plugin, RecordKind } from '@borgo/core'
import Corestore from 'corestore'
import { report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
/** Records that were missed, such as by a newcomer to a busy group. */
const RECORDS = Number(process.env.BORGO_BENCH_RECORDS ?? 100_000)
/** Characters of each record: two lines of a chat. */
const CHARACTERS = 120
/** Records that are appended at once. */
const BATCH = 100

type Command =
  | { do: 'write' }
  | { do: 'join'; link: string }
  | { do: 'connect'; port: number; key: string }
  | { do: 'usage' }
  | { do: 'stop' }
interface Answer {
  link?: string
  port?: number
  key?: string
  /** From the connection to the last record. */
  seconds?: number
  /** That came in over the network, encryption included. */
  bytes?: number
  cpuSeconds?: number
  /** The most memory that it had so far. */
  peakMiB?: number
}

const tell = (answer: Answer): void => void process.send?.(answer)
const text = (index: number): string => `${index} `.padEnd(CHARACTERS, 'ciao ')
/** What starting took is no part of it: the reader counts from the connection on. */
let cpuBefore: NodeJS.CpuUsage | undefined
const connected = (): number => {
  cpuBefore = process.cpuUsage()
  return performance.now()
}
const usage = (): Answer => {
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 2 ** 10 }
}
const commands = (run: (command: Command) => Promise<Answer | undefined>): void => {
  process.on('message', (command: Command) => {
    void run(command).then(answer => answer && tell(answer))
  })
}

const NOTE: RecordKind<string> = { name: 'bench/note', role: 'writer', maxBytes: 1_000, parse: String }

/** Tells when as many records as there are were read, in seconds since the first connection. */
const reader: Plugin<void> = {
  name: 'bench',
  start({ groups, peers, signal }) {
    groups.define(NOTE)
    let connectedAt = 0
    peers.onChange(event => {
      if (event === 'connect') connectedAt ||= connected()
    })
    const read = async (): Promise<void> => {
      let count = 0
      for await (const _entry of groups.follow([NOTE], { signal }))
        if (++count === RECORDS) tell({ seconds: (performance.now() - connectedAt) / 1e3, bytes: received(peers) })
    }
    void read()
  }
}

function received(peers: Peers): number {
  return peers
    .list()
    .reduce((sum, { connections }) => sum + connections.reduce((all, { bytesIn }) => all + bytesIn, 0), 0)
}

async function borgo(folder: string, isReader: boolean): Promise<void> {
  const node: BorgoNode = await createNode({ folder, listen: ['/ip4/127.0.0.1/tcp/0'] })
  if (isReader) await node.use(reader)
  commands(async command => {
    if (command.do === 'join') await node.groups.join(command.link)
    if (command.do === 'write') {
      const group = node.groups.list()[0] as Group
      for (let index = 0; index < RECORDS; index += BATCH)
        await Promise.all(Array.from({ length: BATCH }, (_, one) => group.append(NOTE, text(index + one))))
    }
    if (command.do === 'stop') await node.stop()
    return command.do === 'usage' ? usage() : {}
  })
  if (isReader) return tell({})
  const group = await node.groups.create({ name: 'Bench' })
  tell({ link: (await group.invite()).link })
}

async function hypercore(folder: string, isReader: boolean): Promise<void> {
  const store = new Corestore(folder)
  const encryption = { key: Buffer.alloc(32, 7) }
  if (!isReader) {
    const core = store.get({ name: 'bench', encryption })
    await core.ready()
    const server = createServer(socket => pipeline(socket, store.replicate(false), socket, () => undefined))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    commands(async command => {
      if (command.do === 'write')
        for (let index = 0; index < RECORDS; index += BATCH)
          await core.append(Array.from({ length: BATCH }, (_, one) => Buffer.from(text(index + one))))
      return command.do === 'usage' ? usage() : {}
    })
    return tell({ port: (server.address() as AddressInfo).port, key: core.key.toString('hex') })
  }
  commands(async command => {
    if (command.do === 'usage') return usage()
    if (command.do !== 'connect') return {}
    const core = store.get({ key: Buffer.from(command.key, 'hex'), encryption })
    await core.ready()
    const socket = connect(command.port, '127.0.0.1')
    await once(socket, 'connect')
    const connectedAt = connected()
    pipeline(socket, store.replicate(true), socket, () => undefined)
    await core.download({ start: 0, end: RECORDS }).done()
    for (let index = 0; index < RECORDS; index++) await core.get(index)
    return { seconds: (performance.now() - connectedAt) / 1e3, bytes: socket.bytesRead }
  })
  tell({})
}

/** The next answer that says `what`; any one without that. */
function answerOf(child: ChildProcess, what?: keyof Answer): Promise<Answer> {
  return new Promise(resolve => {
    const hear = (message: unknown): void => {
      const answer = message as Answer
      if (what !== undefined && answer[what] === undefined) return
      child.off('message', hear)
      resolve(answer)
    }
    child.on('message', hear)
  })
}

async function ask(child: ChildProcess, command: Command, what?: keyof Answer): Promise<Answer> {
  const answer = answerOf(child, what)
  child.send(command)
  return await answer
}

/** Who gets the records: a member who missed them, or somebody who was never there. A clone of a Hypercore is a newcomer. */
type Receiver = 'who was away' | 'a newcomer'
const CASES: readonly [string, Receiver][] = [
  ['borgo', 'who was away'],
  ['borgo', 'a newcomer'],
  ['hypercore', 'a newcomer']
]

async function measure(system: string, receiver: Receiver, run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const children: ChildProcess[] = []
  const start = async (role: 'writer' | 'reader'): Promise<[ChildProcess, Answer]> => {
    const child = fork(import.meta.filename, [system, role, join(root, role)])
    children.push(child)
    return [child, await answerOf(child)]
  }
  try {
    const [writer, { link = '', port = 0, key = '' }] = await start('writer')
    if (receiver === 'who was away') {
      const [away] = await start('reader')
      await ask(away, { do: 'join', link })
      await ask(away, { do: 'stop' })
      away.kill()
      await once(away, 'exit')
    }
    await ask(writer, { do: 'write' })
    const before = await ask(writer, { do: 'usage' })
    const [back] = await start('reader')
    const all = answerOf(back, 'seconds')
    if (system === 'hypercore') back.send({ do: 'connect', port, key } satisfies Command)
    else if (receiver === 'a newcomer') back.send({ do: 'join', link } satisfies Command)
    const { bytes = NaN, seconds = NaN } = await all
    const [after, there] = [await ask(writer, { do: 'usage' }), await ask(back, { do: 'usage' }, 'cpuSeconds')]
    const usages = [after, there]
    const cpu = usages.reduce((sum, { cpuSeconds = NaN }) => sum + cpuSeconds, -(before.cpuSeconds ?? NaN))
    const about = (metric: string, value: number, unit: string): void =>
      report({ bench: 'sync', system, metric: `${metric}, to ${receiver}`, value, unit, run })
    about(`${RECORDS} records`, seconds, 's')
    about('records', RECORDS / seconds, '1/s')
    about('received for a record', bytes / RECORDS, 'B')
    about('cpu of both', cpu, 'CPU-s')
    about('most memory, of who sends', after.peakMiB ?? NaN, 'MiB')
    about('most memory, of who receives', there.peakMiB ?? NaN, 'MiB')
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const [system, role, folder = ''] = process.argv.slice(2)
if (system === 'borgo') await borgo(folder, role === 'reader')
else if (system === 'hypercore') await hypercore(folder, role === 'reader')
else for (let run = 1; run <= RUNS; run++) for (const [each, receiver] of CASES) await measure(each, receiver, run)
