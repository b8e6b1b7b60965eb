import { randomBytes } from 'node:crypto'
import { systemClock } from '../src/clock.ts'
import { silentLogger } from '../src/logger.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { Network } from '../src/transport/network.ts'

/**
 * For `dht.test.ts`, in a namespace that has the addresses it is given: nodes at these, each connected to the next one.
 * Prints what each says of its tables and of whether it can be reached, and where the first one's item is found.
 */
const addresses = process.argv.slice(2)
const KEY = Buffer.alloc(32, 1)
const nodes: Network[] = []
for (const address of addresses) {
  const listen = [`/ip4/${address}/tcp/0`]
  const deviceKey = randomBytes(32)
  const network = libp2pNetwork({
    deviceKey,
    listen,
    mdns: false,
    dht: 'auto',
    clock: systemClock,
    logger: silentLogger
  })
  network.dht.define('test', () => ({ slot: 'item', sequence: 1, expiresAt: systemClock.now() + 60_000 }))
  await network.start()
  nodes.push(network)
}
for (const [index, node] of nodes.entries()) await node.dial(nodes[(index + 1) % nodes.length]?.addresses() ?? [])
const peers = (): number[] => nodes.map(({ dht }) => dht.status().lan.peers + dht.status().wan.peers)
while (peers().includes(0)) await new Promise(resolve => setImmediate(resolve))
await nodes[0]?.dht.put('test', KEY, Buffer.from('here'))
for (const [index, { dht }] of nodes.entries()) {
  const found: string[] = []
  for await (const item of dht.get('test', KEY)) found.push(Buffer.from(item).toString())
  const { lan, wan } = dht.status()
  const reach = nodes[index]?.reach().ipv4.state
  process.stdout.write(`${JSON.stringify({ address: addresses[index], lan, wan, found, reach })}\n`)
}
await Promise.all(nodes.map(node => node.stop()))
process.exit(0)
