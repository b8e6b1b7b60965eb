import { randomBytes } from 'node:crypto'
import { systemClock } from '../src/clock.ts'
import type { PeerId } from '../src/ids.ts'
import { silentLogger } from '../src/logger.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'

/**
 * One node for `mdns.test.ts`: prints its id, then the id of each peer that it discovers and reaches; if so told, also what
 * carries bulk to it, and the addresses that it has there.
 */
const [mode, listen = '/ip4/127.0.0.1/tcp/0', bulk] = process.argv.slice(2)
const BULK = '/borgo/test/bulk/1'
const network = libp2pNetwork({
  deviceKey: randomBytes(32),
  listen: [listen],
  mdns: mode === 'on' && { serviceTag: '_borgo-test._udp.local', intervalMs: 200 },
  clock: systemClock,
  logger: silentLogger
})
const reached = new Set<string>()
const say = (word: string, peer: string): boolean => process.stdout.write(`${word} ${peer}\n`)
const tellCarrier = async (peer: PeerId): Promise<void> => {
  await network.open(peer, BULK, { plane: 'bulk' })
  const ways = network.connections().filter(connection => connection.peer === peer)
  say(ways[0]?.bulk ?? 'nothing', ways.map(({ address }) => address).join())
}
network.handle(BULK, () => undefined)
network.onDiscovered((peer, addresses) => {
  if (reached.has(peer)) return
  network.dial(addresses).then(
    () => {
      if (reached.has(peer)) return
      reached.add(peer)
      say('reached', peer)
      if (bulk) void tellCarrier(peer)
    },
    (error: unknown) => say('failed', `${peer} ${String(error)}`)
  )
})
await network.start()
say('started', network.peer)
process.stdin.resume().once('end', () => {
  void network.stop().then(() => process.exit(0))
})
