import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../../logger.ts'
import type { Stream } from '../../stream.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { memoryNetwork } from '../../testing/memory-network.ts'
import { createStreams } from '../../transport/streams.ts'
import { PEOPLE, encodeMessage } from './protocol.ts'
import type { Message } from './protocol.ts'
import { KNOWN, STRANGER, watchPeople } from './watching.ts'
import type { Allowance } from './watching.ts'

const TOTAL_BYTES = 2 ** 20
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const object = (n: number, bytes = 16_384): Message => ({
  type: 'object',
  id: `o${n}`,
  kind: 'x',
  data: new Uint8Array(bytes),
  publishedAt: n,
  expiresInMs: null
})

/** Somebody who looks, and people who show them what they like. */
async function scene(allowance: Allowance, publishers: number, show: (stream: Stream) => Promise<void>) {
  const clock = manualClock()
  const net = memoryNetwork({ clock })
  const settle = async (name: string) => {
    const { account, device } = memoryIdentity(name)
    const network = net.node(device)
    const streams = createStreams({ network, clock, logger: silentLogger, isMember: () => false })
    await network.start()
    stops.push(
      () => network.stop(),
      () => streams.close()
    )
    return { account, device, network, streams }
  }
  const viewer = await settle('viewer')
  const controller = new AbortController()
  let changes = 0
  const watching = watchPeople({
    peers: {
      get: () => undefined,
      onChange: listener =>
        viewer.network.onPeer((event, device) => listener(event === 'connect' ? 'introduce' : event, device))
    },
    streams: viewer.streams,
    allowanceOf: () => allowance,
    accountOf: () => viewer.account,
    changed: () => void changes++,
    clock,
    logger: silentLogger,
    signal: controller.signal,
    totalBytes: TOTAL_BYTES
  })
  stops.push(
    () => watching.stop(),
    () => controller.abort(new Error('over'))
  )
  const others = []
  for (let n = 0; n < publishers; n++) {
    const other = await settle(`publisher ${n}`)
    other.streams.handle(PEOPLE, show)
    await viewer.network.dial(other.network.addresses())
    others.push(other)
  }
  return { clock, viewer, watching, others, changes: () => changes }
}

it('[K-18] holds no more of a stranger than a stranger may show, and reads slowly who changes things often', async () => {
  let sent = 0
  const { changes, clock, others, watching } = await scene(STRANGER, 1, async stream => {
    for (;;) await stream.send(encodeMessage(object(sent++)))
  })
  await clock.advance(60_000)
  expect(watching.bytes()).toBeLessThanOrEqual(STRANGER.bytes)
  expect(changes()).toBeLessThanOrEqual(STRANGER.items)
  // What is on its way beside: a window and the reader's own.
  expect(sent).toBeLessThan(STRANGER.items + 60 * STRANGER.changesPerSecond + 64)
  await others[0]!.network.stop()
  await clock.advance(10)
  expect(watching.bytes()).toBe(0)
  expect(watching.devices()).toEqual([])
})

it('[K-18] holds no more of all together than it says', async () => {
  const { clock, watching } = await scene(KNOWN, 3, async stream => {
    for (let n = 0; n < 40; n++) await stream.send(encodeMessage(object(n)))
    await stream.receive()
    await new Promise(() => undefined)
  })
  await clock.advance(1_000)
  expect(watching.bytes()).toBeGreaterThan(TOTAL_BYTES - 20_000)
  expect(watching.bytes()).toBeLessThanOrEqual(TOTAL_BYTES)
})

it('[K-18] shuts out who sends what is nothing of the kind', async () => {
  let streams = 0
  const { clock, viewer } = await scene(KNOWN, 1, async stream => {
    streams++
    await stream.send(Buffer.from(`garbage ${streams}`))
    await new Promise(() => undefined)
  })
  await clock.advance(10 * 60_000)
  expect(viewer.network.connections()).toEqual([])
  expect(streams).toBe(10)
})
