import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { hasCode } from '../../errors.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Offer } from './protocol.ts'
import type { Tickets } from './tickets.ts'
import { TLS } from './tls.ts'

/** How long a handshake may take, ms. */
const HANDSHAKE_MS = 10_000
/** How often another port is tried that is free on every host. */
const MAX_TRIES = 5

export interface ListenerOptions {
  /** IP addresses to listen on. */
  hosts(): readonly string[]
  /** 0 takes a free one. */
  port: number
  tickets: Tickets
  /** Lets a connection begin: what to call with whether its handshake ended well, or undefined to refuse it. */
  admit(host: string): ((isWell: boolean) => void) | undefined
  logger: Logger
}

/** Where sockets come in: one port for a node, the same on all its hosts, open from the first offer on. */
export interface Listener {
  /** An invitation for one socket. Undefined when this node cannot be connected to. */
  offer(peer: PeerId, onSocket: (socket: TLSSocket) => void): Promise<Offer | undefined>
  stop(): void
}

export function listener({ hosts, port: wanted, tickets, admit, logger }: ListenerOptions): Listener {
  const servers: Server[] = []
  const handshakes = new Map<string, (isWell: boolean) => void>()
  let opening: Promise<number | undefined> | undefined
  let isStopped = false

  const nameOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`
  const shaken = (name: string, isWell: boolean): void => {
    handshakes.get(name)?.(isWell)
    handshakes.delete(name)
  }

  const secured = new WeakMap<TLSSocket, (socket: TLSSocket) => void>()
  const secure = createTlsServer({
    ...TLS,
    handshakeTimeout: HANDSHAKE_MS,
    pskCallback(socket, identity) {
      const ticket = tickets.take(identity)
      if (!ticket) return null
      secured.set(socket, ticket.onSocket)
      return ticket.key
    }
  })
  secure.on('tlsClientError', (_error, socket) => socket.destroy())
  secure.on('secureConnection', socket => {
    socket.on('error', () => undefined)
    shaken(nameOf(socket), true)
    const onSocket = secured.get(socket)
    if (onSocket) onSocket(socket)
    else socket.destroy()
  })

  const accept = (socket: Socket): void => {
    socket.on('error', () => undefined)
    // Whoever connects without an invitation is not spoken to.
    const done = socket.remoteAddress !== undefined && tickets.areOut() ? admit(socket.remoteAddress) : undefined
    if (!done) {
      socket.destroy()
      return
    }
    const name = nameOf(socket)
    handshakes.set(name, done)
    socket.once('close', () => shaken(name, false))
    secure.emit('connection', socket)
  }

  const listen = async (host: string, port: number): Promise<number> => {
    const server = createServer(accept)
    server.listen({ host, port, ipv6Only: host.includes(':') })
    await once(server, 'listening')
    servers.push(server)
    server.on('error', error => logger.warn('listening for bulk failed', { error: String(error) }))
    return (server.address() as AddressInfo).port
  }

  const close = (): void => {
    for (const server of servers.splice(0)) server.close()
  }

  const open = async (tries = MAX_TRIES): Promise<number | undefined> => {
    let port = wanted
    for (const host of hosts()) {
      try {
        port = await listen(host, port)
      } catch (error) {
        if (hasCode(error, 'EADDRINUSE') && wanted === 0 && tries > 1) {
          close()
          return await open(tries - 1)
        }
        logger.warn('cannot listen for bulk', { host, port, error: String(error) })
      }
    }
    if (isStopped) close()
    return servers.length > 0 ? port : undefined
  }

  return {
    async offer(peer, onSocket) {
      if (isStopped) return undefined
      const port = await (opening ??= open())
      // What was in the way may be gone the next time.
      if (port === undefined) opening = undefined
      const ticket = port === undefined ? undefined : tickets.issue(peer, onSocket)
      return ticket && port !== undefined ? { ...ticket, port } : undefined
    },
    stop() {
      isStopped = true
      close()
    }
  }
}
