import type { Transport, Upgrader } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import type { TCPComponents, TCPDialEvents, TCPOptions } from '@libp2p/tcp'
import type { Server, Socket } from 'node:net'
import { inZone, zonedHost } from './link-local.ts'

/** libp2p's TCP with the zones of link-local IPv6 addresses: it dials without them, and fails on who comes in with one. */
export function zonedTcp(options: TCPOptions): (components: TCPComponents) => Transport<TCPDialEvents> {
  return components => {
    const transport = tcp(options)(components)
    const dial = transport.dial.bind(transport)
    const createListener = transport.createListener.bind(transport)
    transport.dial = async (address, dialOptions) => {
      const host = zonedHost(address)
      // Options of Node's `net.connect`, which the transport passes on and which come before what the address says.
      return await dial(address, host === undefined ? dialOptions : { ...dialOptions, ...{ host } })
    }
    transport.createListener = listenerOptions => {
      // Of the socket that just came in: the listener hands it to the upgrader in the same turn.
      let zone: string | undefined
      const upgrader = Object.create(listenerOptions.upgrader) as Upgrader
      upgrader.upgradeInbound = async (raw, upgradeOptions) => {
        if (zone !== undefined) raw.remoteAddr = inZone(zone, raw.remoteAddr)
        await listenerOptions.upgrader.upgradeInbound(raw, upgradeOptions)
      }
      const listener = createListener({ ...listenerOptions, upgrader })
      const { server } = listener as unknown as { server: Server }
      server.prependListener('connection', socket => {
        zone = takeZone(socket)
      })
      return listener
    }
    return transport
  }
}

/** `fe80::1%eth0` is no multiaddr. */
function takeZone(socket: Socket): string | undefined {
  const [host, zone] = socket.remoteAddress?.split('%') ?? []
  if (zone !== undefined) Object.defineProperty(socket, 'remoteAddress', { value: host })
  return zone
}
