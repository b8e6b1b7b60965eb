import type { Transport } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import type { TCPComponents, TCPDialEvents, TCPOptions } from '@libp2p/tcp'
import type { Server, Socket } from 'node:net'
import { zonedHost } from './link-local.ts'

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
      const listener = createListener(listenerOptions)
      const { server } = listener as unknown as { server: Server }
      server.prependListener('connection', dropZone)
      return listener
    }
    return transport
  }
}

/** `fe80::1%eth0` is no multiaddr. */
function dropZone(socket: Socket): void {
  const { remoteAddress } = socket
  if (remoteAddress?.includes('%'))
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress.replace(/%.*/, '') })
}
