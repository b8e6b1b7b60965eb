import { household } from './meeting-again.ts'

/**
 * For `discovery.test.ts`, in a namespace with nothing but loopback: two members that moved since they last met, with
 * nothing but the link between them. Prints `met` once they are connected.
 */
const home = await household()
await home.apart()
const mdns = { serviceTag: '_borgo-again._udp.local', intervalMs: 200 }
const [ada, ben] = [await home.start('Ada', { mdns }), await home.start('Ben', { mdns })]
while (!ada.peers.get(ben.self.device)) await new Promise(resolve => setImmediate(resolve))
process.stdout.write('met\n')
await home.end()
process.exit(0)
