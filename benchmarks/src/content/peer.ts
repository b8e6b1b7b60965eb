/** One process of the content benchmark: a sender or receiver of one system, driven by messages from its parent. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer as createSocketServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createNode, parseGroupId } from '@borgo/core'
import { distribution, parseContentId } from '@borgo/plugin-distribution'

/** What a sender made ready, and a receiver needs to begin. */
export type Offer = Record<string, string>

export type Order =
  /** Make the file ready for `receivers` others. */
  | { do: 'offer'; file: string; receivers: number }
  /** Get ready to receive: connected, but nothing fetched. */
  | { do: 'join'; offer: Offer }
  | { do: 'receive'; offer: Offer; file: string }
  | { do: 'usage' }

/** CPU since the last time it was asked, and the most memory ever resident. */
export interface Usage {
  cpuSeconds: number
  peakRssBytes: number
}

interface Peer {
  offer(file: string, receivers: number): Promise<Offer>
  join(offer: Offer): Promise<void>
  /** Resolves when the file is on disk. */
  receive(offer: Offer, file: string): Promise<void>
}

const CHUNK_BYTES = 1_048_576

async function borgo(folder: string): Promise<Peer> {
  const node = await createNode({ folder, name: 'Peer', listen: ['/ip4/127.0.0.1/tcp/0'] })
  const { content } = await node.use(distribution())
  return {
    async offer(file, receivers) {
      const group = await node.groups.create({ name: 'Bench' })
      const { cid } = await content.publish(group, file)
      return { group: group.id, cid, link: (await group.invite({ uses: receivers })).link }
    },
    async join({ group, cid, link }) {
      await node.groups.join(link ?? '')
      const id = parseGroupId(group ?? '')
      await new Promise<void>(resolve => {
        const look = (): void => {
          const joined = node.groups.get(id)
          if (!joined || !content.list(joined).some(info => info.cid === cid)) return
          undo()
          resolve()
        }
        const undo = content.subscribe(look)
        look()
      })
    },
    async receive({ group, cid }, file) {
      const joined = node.groups.get(parseGroupId(group ?? ''))
      if (!joined) throw new Error('not joined')
      const { id } = await content.fetch(joined, parseContentId(cid ?? ''), { to: file })
      await content.transfers.finished(id)
    }
  }
}

function http(): Promise<Peer> {
  return Promise.resolve({
    async offer(file) {
      const server = createServer((_, response) => {
        void pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), response)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
    },
    join: () => Promise.resolve(),
    async receive({ url }, file) {
      const response = await new Promise<IncomingMessage>((resolve, reject) =>
        get(url ?? '', resolve).on('error', reject)
      )
      await pipeline(response, createWriteStream(file, { highWaterMark: CHUNK_BYTES }))
    }
  })
}

async function hyperdrive(folder: string): Promise<Peer> {
  const { default: Corestore } = await import('corestore')
  const { default: Hyperdrive } = await import('hyperdrive')
  const store = new Corestore(join(folder, 'store'))
  let drive: InstanceType<typeof Hyperdrive>
  return {
    async offer(file) {
      drive = new Hyperdrive(store)
      await drive.ready()
      await pipeline(createReadStream(file, { highWaterMark: 65_536 }), drive.createWriteStream('/file'))
      const server = createSocketServer(socket => {
        const replication = store.replicate(false)
        replication.on('error', () => socket.destroy())
        replication.pipe(socket).pipe(replication)
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return { port: String((server.address() as AddressInfo).port), key: Buffer.from(drive.key).toString('hex') }
    },
    async join({ key, port }) {
      drive = new Hyperdrive(store, Buffer.from(key ?? '', 'hex'))
      await drive.ready()
      const socket = connect(Number(port), '127.0.0.1')
      const replication = store.replicate(true)
      replication.on('error', () => socket.destroy())
      replication.pipe(socket).pipe(replication)
      await drive.update({ wait: true })
    },
    receive: (_, file) =>
      pipeline(drive.createReadStream('/file'), createWriteStream(file, { highWaterMark: CHUNK_BYTES }))
  }
}

const SYSTEMS = { borgo, http, hyperdrive }

/** SHA-256 of a file, read in pieces. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), hash)
  return hash.digest('hex')
}

if (process.send) {
  const [system = '', folder = ''] = process.argv.slice(2)
  if (!(system in SYSTEMS)) throw new Error(`no such system: ${system}`)
  const peer = await SYSTEMS[system as keyof typeof SYSTEMS](folder)
  let before = process.cpuUsage()
  const usage = (): Usage => {
    const { user, system: kernel } = process.cpuUsage(before)
    before = process.cpuUsage()
    return { cpuSeconds: (user + kernel) / 1e6, peakRssBytes: process.resourceUsage().maxRSS * 1_024 }
  }
  const obey = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'offer':
        return await peer.offer(order.file, order.receivers)
      case 'join':
        return await peer.join(order.offer)
      case 'receive':
        await peer.receive(order.offer, order.file)
        return (await stat(order.file)).size
      case 'usage':
        return usage()
    }
  }
  process.on('message', (order: Order) => {
    obey(order).then(
      value => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: String(error) })
    )
  })
  process.send({ value: 'ready' })
}
