import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../src/clock.ts'
import type { Logger } from '../src/logger.ts'
import { libp2pNetwork } from '../src/transport/libp2p.ts'

/**
 * For `upnp.test.ts`, in a namespace with 192.168.77.1 and .2 on loopback: a router that behaves as told, and a node that
 * asks it for a way in. Prints what the node says once that is decided, and what the router was left with at its end.
 */
const [behaviour = 'good'] = process.argv.slice(2)
const ROUTER = '192.168.77.1'
const INSIDE = '192.168.77.2'
/** What routers say of their own address. */
const EXTERNAL: Record<string, string> = { double: '10.0.0.7', odd: '\u001b[2J\u0007' }

const mapped = new Map<string, string>()
const asked: string[] = []

const valueIn = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(xml)?.[1] ?? ''
const answerTo = (action: string, body: string): { code?: number; values?: string } => {
  const external = valueIn(body, 'NewExternalPort')
  const key = `${valueIn(body, 'NewProtocol')} ${external}`
  switch (action) {
    case 'GetExternalIPAddress':
      return { values: `<NewExternalIPAddress>${EXTERNAL[behaviour] ?? '51.0.0.1'}</NewExternalIPAddress>` }
    case 'AddPortMapping':
      if (behaviour === 'refusing') return { code: 606 }
      if (behaviour === 'permanent' && valueIn(body, 'NewLeaseDuration') !== '0') return { code: 725 }
      if (behaviour === 'taken' && asked.filter(name => name === 'AddPortMapping').length < 3) return { code: 718 }
      mapped.set(key, `${valueIn(body, 'NewInternalClient')}:${valueIn(body, 'NewInternalPort')}`)
      return {}
    case 'DeletePortMapping':
      return mapped.delete(key) ? {} : { code: 714 }
    default:
      return { code: 401 }
  }
}

const http = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => (body += String(chunk)))
  request.on('end', () => {
    const version = behaviour === 'second' ? 2 : 1
    const type = `urn:schemas-upnp-org:service:WANIPConnection:${version}`
    if (request.method === 'GET') {
      if (behaviour === 'endless') {
        const chunk = Buffer.alloc(65_536, 'x')
        const more = (): void => void (response.destroyed || response.write(chunk, more))
        return more()
      }
      const control = behaviour === 'elsewhere' ? 'http://192.168.77.3/control' : '/control'
      return response.end(
        `<root><device><deviceList><device><serviceList><service><serviceType>${type}</serviceType><controlURL>${control}</controlURL></service></serviceList></device></deviceList></device></root>`
      )
    }
    const action = /#(\w+)"$/.exec(request.headers.soapaction as string)?.[1] ?? ''
    asked.push(action)
    const { code, values = '' } = answerTo(action, body)
    if (code !== undefined)
      return response
        .writeHead(500)
        .end(`<s:Fault><detail><UPnPError><errorCode>${code}</errorCode></UPnPError></detail></s:Fault>`)
    return response.end(`<s:Body><u:${action}Response xmlns:u="${type}">${values}</u:${action}Response></s:Body>`)
  })
})
http.listen(0, ROUTER)
await once(http, 'listening')
const { port } = http.address() as AddressInfo

const ssdp = createSocket({ type: 'udp4', reuseAddr: true })
const answers = createSocket('udp4')
answers.bind({ address: behaviour === 'liar' ? INSIDE : ROUTER, port: 0 })
ssdp.bind(1_900, () => ssdp.addMembership('239.255.255.250', ROUTER))
ssdp.on('message', (_question, { address, port: to }) => {
  if (behaviour === 'silent') return
  answers.send(`HTTP/1.1 200 OK\r\nLOCATION: http://${ROUTER}:${port}/root.xml\r\n\r\n`, to, address)
})

/** Both addresses are mapped, or none can be. */
const isDecided = (): boolean => {
  const { upnp } = network.reach()
  return upnp.state === 'failed' || (upnp.state === 'mapped' && upnp.addresses.length === 2)
}
const logger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger }
const network = libp2pNetwork({
  deviceKey: randomBytes(32),
  listen: [`/ip4/${INSIDE}/tcp/0`, `/ip4/${INSIDE}/tcp/0/ws`],
  mdns: false,
  upnp: true,
  clock: systemClock,
  logger
})
await network.start()
const patience = performance.now() + (['silent', 'liar', 'elsewhere'].includes(behaviour) ? 4_000 : 30_000)
while (!isDecided() && performance.now() < patience) await new Promise(resolve => setTimeout(resolve, 20))
const said = {
  upnp: network.reach().upnp,
  outside: network
    .addresses()
    .filter(address => address.startsWith('/ip4/51.'))
    .map(address => address.split('/p2p/')[0]),
  inside: network
    .addresses()
    .filter(address => address.startsWith(`/ip4/${INSIDE}`))
    .map(address => address.split('/')[4]),
  mapped: Object.fromEntries(mapped)
}
await network.stop()
process.stdout.write(JSON.stringify({ ...said, left: Object.fromEntries(mapped) }))
process.exit(0)
