import { once } from 'node:events'
import { connect, createServer, Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from '../../testing/eventually.ts'
import { seededRandom } from '../../testing/random.ts'
import type { Duplex } from '../network.ts'
import { chunk, END_CHUNK } from './chunks.ts'
import { StreamSocket } from './stream-socket.ts'

const sockets: Socket[] = []

/** Both ends of a connection. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const near = connect({ host: '127.0.0.1', port })
  const [far] = (await once(server, 'connection')) as [Socket]
  server.close()
  sockets.push(near, far)
  return [near, far]
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

interface End {
  socket: StreamSocket
  offences: string[]
  /** What happened, in order. */
  told: string[]
  served: Duplex[]
}

function end(raw: Socket, protocols?: string[]): End {
  const seen: Omit<End, 'socket'> = { offences: [], told: [], served: [] }
  const socket = new StreamSocket(raw, {
    ...(protocols && {
      handlerOf: (protocol: string) =>
        protocols.includes(protocol) ? (duplex: Duplex) => void seen.served.push(duplex) : undefined
    }),
    onMoved: () => undefined,
    onOffence: reason => void seen.offences.push(reason),
    onBusy: () => void seen.told.push('busy'),
    onIdle: () => void seen.told.push('idle'),
    onClosed: () => void seen.told.push('closed')
  })
  return { socket, ...seen }
}

async function readAll(duplex: Duplex): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const part of duplex.source) chunks.push(part)
  return Buffer.concat(chunks)
}

describe('a socket for streams', () => {
  it('[T-103] carries one stream after another, also when what the first brought is read later', async () => {
    const [near, far] = await socketPair()
    const opener = end(near)
    const acceptor = end(far, ['/a', '/b'])
    const first = await opener.socket.open('/a', undefined)
    await first.write(Buffer.from('hello '), Buffer.from('there'))
    await first.closeWrite()
    await acceptor.served[0]?.closeWrite()
    await eventually(() => expect(opener.told).toEqual(['busy', 'idle']))

    const second = await opener.socket.open('/b', undefined)
    await second.write(Buffer.alloc(3_000_000, 'x'))
    const reading = readAll(acceptor.served[1] as Duplex)
    await second.closeWrite()
    expect((await reading).equals(Buffer.alloc(3_000_000, 'x'))).toBe(true)
    expect((await readAll(acceptor.served[0] as Duplex)).toString()).toBe('hello there')
    expect(acceptor.told).toEqual(['busy', 'idle', 'busy'])
  })

  it('[T-103] is free again after a protocol that nobody serves', async () => {
    const [near, far] = await socketPair()
    const opener = end(near)
    end(far, ['/a'])
    await expect(opener.socket.open('/other', undefined)).rejects.toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
    await opener.socket.open('/a', undefined)
  })

  it('[T-102] that breaks resets its stream, at both ends and whatever they wait for', async () => {
    const [near, far] = await socketPair()
    const opener = end(near)
    const acceptor = end(far, ['/a'])
    const ours = await opener.socket.open('/a', undefined)
    const theirs = acceptor.served[0] as Duplex
    const reading = expect(readAll(theirs)).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await ours.write(Buffer.alloc(100_000))
    far.destroy()
    await reading
    await expect(readAll(ours)).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await expect(ours.write(Buffer.of(1))).rejects.toMatchObject({ code: 'STREAM_RESET' })
    await eventually(() => expect(opener.told).toEqual(['busy', 'closed']))
    await expect(opener.socket.open('/a', undefined)).rejects.toMatchObject({ code: 'STREAM_RESET' })
  })

  it('[T-5] tells a reader that a long chunk is coming in, before it is whole', async () => {
    const [near, far] = await socketPair()
    const acceptor = end(far, ['/a'])
    for (const piece of chunk([Buffer.from('/a')])) near.write(piece)
    const head = Buffer.alloc(4)
    head.writeUInt32BE(1_000_000)
    near.write(head)
    near.write(Buffer.alloc(200_000))
    await eventually(() => expect(acceptor.served).toHaveLength(1))
    const reader = (acceptor.served[0] as Duplex).source[Symbol.asyncIterator]()
    expect(await reader.next()).toEqual({ done: false, value: new Uint8Array() })
  })

  it.each<[string, Uint8Array]>([
    ['an end of nothing', END_CHUNK],
    ['a name that is too long', Buffer.concat(chunk([Buffer.alloc(300, 'x')]))],
    ['bytes after the end', Buffer.concat([...chunk([Buffer.from('/a')]), END_CHUNK, ...chunk([Buffer.of(1)])])]
  ])('[T-103] ends at %s, which is an offence', async (_, bytes) => {
    const [near, far] = await socketPair()
    const acceptor = end(far, ['/a'])
    near.write(bytes)
    near.resume()
    await once(near, 'close')
    expect(acceptor.offences).toHaveLength(1)
  })

  it('[T-103] ends when the end that opens is asked or answered out of turn', async () => {
    for (const bytes of [chunk([Buffer.from('/a')]), chunk([Buffer.of(7)])]) {
      const [near, far] = await socketPair()
      const opener = end(near)
      const opening = opener.socket.open('/a', undefined)
      for (const piece of bytes) far.write(piece)
      await expect(opening).rejects.toMatchObject({ code: 'STREAM_RESET' })
      expect(opener.offences).toHaveLength(1)
    }
  })

  it('[T-111] ends when the other end goes on asking and reads no answer, which is an offence', async () => {
    // The system's buffers would take some megabytes before they are full: here nothing is ever read.
    const far = new Socket()
    far._write = () => undefined
    const acceptor = end(far, ['/a'])
    const question = Buffer.concat(chunk([Buffer.from('/b')]))
    let asked = 0
    for (; !far.destroyed && asked < 100_000; asked++) far.emit('data', Buffer.from(question))
    expect(acceptor.offences).toHaveLength(1)
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThan(50_000)
  })

  it('[T-110] keeps what is not read in few pieces, however short its chunks are', async () => {
    const [near, far] = await socketPair()
    const opener = end(near)
    const acceptor = end(far, ['/a'])
    const stream = await opener.socket.open('/a', undefined)
    const bytes = Buffer.alloc(50_000, 'x')
    near.write(Buffer.concat([...bytes].map(byte => Buffer.concat(chunk([Buffer.of(byte)])))))
    await stream.closeWrite()
    const [served] = acceptor.served
    await eventually(() => expect(served?.buffered.read).toBe(bytes.length))
    const parts: Uint8Array[] = []
    for await (const part of served?.source ?? []) parts.push(part)
    expect(Buffer.concat(parts).equals(bytes)).toBe(true)
    expect(parts.length).toBeLessThan(100)
  })

  it('[T-103] takes whatever bytes come, in whatever pieces', async () => {
    const random = seededRandom(7)
    const good = Buffer.concat([
      ...chunk([Buffer.from('/a')]),
      ...chunk([Buffer.alloc(50, 'x')]),
      END_CHUNK,
      ...chunk([Buffer.from('/a')])
    ])
    for (let turn = 0; turn < 300; turn++) {
      const [near, far] = await socketPair()
      const acceptor = end(far, ['/a'])
      const bytes = Uint8Array.from(good)
      for (let change = 0; change < 3; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const cut = Math.floor(random() * bytes.length)
      near.write(bytes.subarray(0, cut))
      near.end(bytes.subarray(cut))
      near.resume()
      await once(near, 'close')
      await eventually(() => expect(acceptor.told.at(-1)).toBe('closed'))
      expect(acceptor.offences.length).toBeLessThanOrEqual(1)
    }
  })
})
