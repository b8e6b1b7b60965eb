/** One end of one transfer; see `../plane.ts`. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { createNode, release } from '@borgo/core'
import type { BorgoNode, Plane, PluginContext, Protocol, Stream } from '@borgo/core'

export type System = 'borgo-bulk' | 'borgo-messages' | 'node-tls'

export interface Report {
  bytes: number
  /** From the first message to the last. */
  seconds: number
  cpuSeconds: number
  peakRssBytes: number
}

const MESSAGE_BYTES = 1_048_576
const [system, role, folder = '', total = '0', place = ''] = process.argv.slice(2)
const bytes = Number(total)
const tell = (message: unknown): void => void process.send?.(message)

/** Starts counting; the result says what was used since. */
function meter(): (moved: number) => Report {
  const cpu = process.cpuUsage()
  const began = performance.now()
  return moved => {
    const { user, system } = process.cpuUsage(cpu)
    const peakRssBytes = process.resourceUsage().maxRSS * 1_024
    return { bytes: moved, seconds: (performance.now() - began) / 1e3, cpuSeconds: (user + system) / 1e6, peakRssBytes }
  }
}

/** The same message again and again, so that making them costs nothing. */
const message = Buffer.alloc(MESSAGE_BYTES, 'borgo')

async function receiveAll(stream: Stream): Promise<void> {
  await stream.receive()
  const read = meter()
  let moved = 0
  for await (const part of stream) {
    moved += part.length
    release(part)
  }
  tell(read(moved))
}

async function sendAll(stream: Stream): Promise<void> {
  await stream.send(Uint8Array.of(1))
  const read = meter()
  for (let sent = 0; sent < bytes; sent += MESSAGE_BYTES) await stream.send(message)
  await stream.end()
  await stream.receive()
  tell(read(bytes))
}

async function borgo(plane: Plane): Promise<void> {
  const protocol: Protocol = {
    id: '/borgo/bench/plane/1',
    access: 'anyone',
    maxMessageBytes: MESSAGE_BYTES,
    maxStreamsPerPeer: 1,
    idleMs: 60_000,
    plane
  }
  const node: BorgoNode = await createNode({ folder, name: 'Bench', listen: ['/ip4/127.0.0.1/tcp/0'] })
  const context: PluginContext = await node.use({ name: 'bench', start: context => context })
  if (role === 'receive') {
    context.handle(protocol, receiveAll)
    return tell(node.addresses()[0])
  }
  const peer = await node.dial(place)
  await sendAll(await context.open(peer, protocol))
}

/** A key of both ends' instead of certificates, as on the bulk plane. */
const TLS = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' } as const
const KEY = Buffer.alloc(32, 'bench')

async function plainTls(): Promise<void> {
  if (role === 'receive') {
    const server = createServer({ ...TLS, pskCallback: () => KEY }, socket => {
      const read = meter()
      let moved = 0
      socket.on('data', data => {
        moved += data.length
      })
      socket.on('end', () => {
        tell(read(moved))
        socket.end()
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return tell(String((server.address() as AddressInfo).port))
  }
  const socket = connect({
    host: '127.0.0.1',
    port: Number(place),
    ...TLS,
    pskCallback: () => ({ psk: KEY, identity: 'bench' })
  })
  await once(socket, 'secureConnect')
  const read = meter()
  for (let sent = 0; sent < bytes; sent += MESSAGE_BYTES) if (!socket.write(message)) await once(socket, 'drain')
  socket.end()
  socket.resume()
  await once(socket, 'close')
  tell(read(bytes))
}

if (system === 'node-tls') await plainTls()
else await borgo(system === 'borgo-bulk' ? 'bulk' : 'messages')
