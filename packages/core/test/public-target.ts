import { randomBytes } from 'node:crypto'
import { systemClock } from '../src/clock.ts'
import { silentLogger } from '../src/logger.ts'
import { seededRandom } from '../src/testing/random.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'
import type { PathPolicy } from '../src/transport/libp2p/path-policy.ts'
import type { Network } from '../src/transport/network.ts'
import { attack } from './forged-frames.ts'

/**
 * For `hostile-bytes.test.ts`, in a namespace with the addresses 51.0.0.1 to 51.0.0.3: forged frames to what nodes serve
 * that can be reached from the Internet, or through a relay. Prints what came of it by protocol.
 */
const random = seededRandom(Number(process.argv[2]))

async function join(listen: string[], paths: PathPolicy = {}): Promise<Network> {
  const network = libp2pNetwork({
    deviceKey: randomBytes(32),
    listen: listen.map(host => `/ip4/${host}/tcp/0`),
    mdns: false,
    dht: 'auto',
    paths,
    clock: systemClock,
    logger: silentLogger
  })
  await network.start()
  return network
}

const open = await join(['51.0.0.1'], { relay: 'anyone', isMember: () => true })
const hidden = await join([], { reserve: 'always', isMember: () => true })
// Somebody came in from a public address: so it serves the table.
await hidden.dial(open.addresses())
const other = await join(['51.0.0.2'])
await other.dial(open.addresses())
while (open.dht.status().wan.mode !== 'server' || hidden.addresses().length === 0)
  await new Promise(resolve => setImmediate(resolve))
const outcomes = {
  '/borgo/kad/1': await attack({
    protocol: '/borgo/kad/1',
    target: open,
    addresses: () => open.addresses(),
    join: () => join(['51.0.0.3']),
    random
  }),
  '/libp2p/dcutr': await attack({
    protocol: '/libp2p/dcutr',
    target: hidden,
    addresses: () => hidden.addresses(),
    join: () => join([], { upgrade: false }),
    random
  })
}
const last = await join([], { upgrade: false })
await last.dial(hidden.addresses())
await Promise.all([open, hidden, other, last].map(network => network.stop()))
process.stdout.write(JSON.stringify(outcomes))
process.exit(0)
