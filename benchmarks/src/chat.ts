/**
 * chat: from `send` to shown on the other side, both sides having committed to disk; two processes over loopback. Beside
 * it what people use today: a WebSocket server with SQLite (WAL, synchronous=FULL) in a third process between the two.
 * Samples are taken one after the other, at the pace of a lively conversation.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import websocket from '@fastify/websocket'
import { createNode, parseGroupId } from '@borgo/core'
import { rtc } from '@borgo/plugin-rtc'
import fastify from 'fastify'
import { percentile, report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 3)
const MESSAGES = Number(process.env.BORGO_BENCH_MESSAGES ?? 200)
const PAUSE_MS = 10

interface Command {
  do: 'found' | 'join' | 'send' | 'connect'
  link?: string
  group?: string
  address?: string
}

type Answer = { link: string; group: string } | { joined: true } | { address: string } | { shown: string; atNs: string }

/** A monotonic clock that all processes of the machine share. */
const nowNs = (): bigint => process.hrtime.bigint()
const tell = (answer: Answer): void => void process.send?.(answer)
const commands = (run: (command: Command) => Promise<void>): void => {
  process.on('message', (command: Command) => void run(command))
}

async function borgoPeer(folder: string): Promise<void> {
  const node = await createNode({ folder, name: 'Peer', listen: ['/ip4/127.0.0.1/tcp/0'] })
  const { chat } = await node.use(rtc())
  chat.subscribe(event => {
    if (event.type === 'message' && !event.message.mine) tell({ shown: event.message.text, atNs: String(nowNs()) })
  })
  commands(async command => {
    if (command.do === 'found') {
      const group = await node.groups.create({ name: 'Bench' })
      tell({ group: group.id, link: (await group.invite()).link })
    }
    if (command.do === 'join') {
      await node.groups.join(command.link ?? '')
      tell({ joined: true })
    }
    if (command.do === 'send') await chat.send(parseGroupId(command.group ?? ''), String(nowNs()))
  })
}

async function server(folder: string): Promise<void> {
  const database = new DatabaseSync(join(folder, 'messages.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE message (text TEXT)')
  const insert = database.prepare('INSERT INTO message VALUES (?)')
  const app = fastify()
  await app.register(websocket)
  app.get('/', { websocket: true }, socket => {
    socket.on('message', (data: Buffer) => {
      insert.run(data.toString())
      for (const client of app.websocketServer.clients) client.send(data.toString())
    })
  })
  tell({ address: await app.listen({ host: '127.0.0.1', port: 0 }) })
}

async function client(folder: string): Promise<void> {
  const database = new DatabaseSync(join(folder, 'messages.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE message (text TEXT)')
  const insert = database.prepare('INSERT INTO message VALUES (?)')
  let socket: WebSocket
  commands(async command => {
    if (command.do === 'connect') {
      socket = new WebSocket((command.address ?? '').replace('http', 'ws'))
      socket.onmessage = ({ data }) => {
        insert.run(String(data))
        tell({ shown: String(data), atNs: String(nowNs()) })
      }
      await once(socket, 'open')
      tell({ joined: true })
    }
    if (command.do === 'send') socket.send(String(nowNs()))
  })
}

const answerOf = async (child: ChildProcess): Promise<Answer> => (await once(child, 'message'))[0] as Answer

async function ask(child: ChildProcess, command: Command): Promise<Answer> {
  const answer = answerOf(child)
  child.send(command)
  return await answer
}

/** Milliseconds from send to shown, message by message. */
async function samples(from: ChildProcess, to: ChildProcess, group?: string): Promise<number[]> {
  const times: number[] = []
  for (let sent = 0; sent < MESSAGES; sent++) {
    const shown = answerOf(to)
    from.send({ do: 'send', group })
    const answer = await shown
    if (!('shown' in answer)) throw new Error('not a message')
    times.push(Number(BigInt(answer.atNs) - BigInt(answer.shown)) / 1e6)
    await sleep(PAUSE_MS)
  }
  return times
}

async function measure(run: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
  const children: ChildProcess[] = []
  const start = async (role: string): Promise<ChildProcess> => {
    const child = fork(import.meta.filename, [role, await mkdtemp(join(root, `${role}-`))])
    children.push(child)
    return child
  }
  try {
    const [ada, ben] = [await start('borgo'), await start('borgo')]
    const group = await ask(ada, { do: 'found' })
    if (!('link' in group)) throw new Error('no group')
    await ask(ben, { do: 'join', link: group.link })
    const ours = await samples(ada, ben, group.group)

    const middle = await start('server')
    const address = await answerOf(middle)
    if (!('address' in address)) throw new Error('no server')
    const [one, two] = [await start('client'), await start('client')]
    for (const each of [one, two]) await ask(each, { do: 'connect', address: address.address })
    const theirs = await samples(one, two)

    for (const [system, times] of [
      ['borgo', ours],
      ['websocket-server', theirs]
    ] as const) {
      report({ bench: 'chat', system, metric: 'p50', value: percentile(times, 0.5), unit: 'ms', run })
      report({ bench: 'chat', system, metric: 'p99', value: percentile(times, 0.99), unit: 'ms', run })
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

const [role, folder = ''] = process.argv.slice(2)
if (role === 'borgo') await borgoPeer(folder)
else if (role === 'server') await server(folder)
else if (role === 'client') await client(folder)
else for (let run = 1; run <= RUNS; run++) await measure(run)
