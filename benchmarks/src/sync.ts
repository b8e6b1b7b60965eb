/**
 * sync: a member was away while 100,000 records were written; from the connection to the last of them committed to its
 * disk and read there. Two processes over loopback, encrypted. Beside us Hypercore, the log that others build on: one
 * writer, encrypted blocks, one signature for a whole batch where we sign each record, so that any of them can be
 * checked, kept or passed on alone.
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
const usage = (): Answer => {
  const { user, system } = process.cpuUsage()
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
      if (event === 'connect') connectedAt ||= performance.now()
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
    const connectedAt = performance.now()
    pipeline(socket, store.replicate(true), socket, () => undefined)
    await core.download({ start: 0, end: RECORDS }).done()
    for (let index = 0; index < RECORDS; index++) await core.get(index)
    return { seconds: (performance.now() - connectedAt) / 1e3, bytes: socket.bytesRead }
  })
  tell({})
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  return (await once(child, 'message'))[0] as Answer
}

async function ask(child: ChildProcess, command: Command): Promise<Answer> {
  const answer = answerOf(child)
  child.send(command)
  return await answer
}

async function measure(system: string, run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const children: ChildProcess[] = []
  const start = async (role: 'writer' | 'reader'): Promise<[ChildProcess, Answer]> => {
    const child = fork(import.meta.filename, [system, role, join(root, role)])
    children.push(child)
    return [child, await answerOf(child)]
  }
  try {
    const [writer, { link = '', port = 0, key = '' }] = await start('writer')
    if (system === 'borgo') {
      const [away] = await start('reader')
      await ask(away, { do: 'join', link })
      await ask(away, { do: 'stop' })
      away.kill()
      await once(away, 'exit')
    }
    await ask(writer, { do: 'write' })
    const before = await ask(writer, { do: 'usage' })
    const [back] = await start('reader')
    const { bytes = NaN, seconds = NaN } = await (system === 'borgo'
      ? answerOf(back)
      : ask(back, { do: 'connect', port, key }))
    const [after, there] = [await ask(writer, { do: 'usage' }), await ask(back, { do: 'usage' })]
    const usages = [after, there]
    const cpu = usages.reduce((sum, { cpuSeconds = NaN }) => sum + cpuSeconds, -(before.cpuSeconds ?? NaN))
    report({ bench: 'sync', system, metric: `${RECORDS} missed records`, value: seconds, unit: 's', run })
    report({ bench: 'sync', system, metric: 'records', value: RECORDS / seconds, unit: '1/s', run })
    report({ bench: 'sync', system, metric: 'received for a record', value: bytes / RECORDS, unit: 'B', run })
    report({ bench: 'sync', system, metric: 'cpu of both, with the start', value: cpu, unit: 'CPU-s', run })
    const memory = { bench: 'sync', system, unit: 'MiB', run }
    report({ ...memory, metric: 'most memory, of who sends', value: after.peakMiB ?? NaN })
    report({ ...memory, metric: 'most memory, of who receives', value: there.peakMiB ?? NaN })
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const [system, role, folder = ''] = process.argv.slice(2)
if (system === 'borgo') await borgo(folder, role === 'reader')
else if (system === 'hypercore') await hypercore(folder, role === 'reader')
else for (let run = 1; run <= RUNS; run++) for (const each of ['borgo', 'hypercore']) await measure(each, run)
