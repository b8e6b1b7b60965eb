import type { Connection, IdentifyResult } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { hasCode } from '../../errors.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { abortable } from '../abortable.ts'
import { hostIn, isLoopback, isRelayed, isWebSocket, peerIn, relayIn } from './address.ts'
import { answering } from './answering.ts'
import { raceDials } from './dialer.ts'
import type { Dialled } from './dialer.ts'
import { onEveryLink, outOfZone } from './link-local.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'

/** Dialling, always from one port where that is possible, so that holes can be punched from it later. */
export interface Dials {
  /**
   * Connects to addresses of one peer; connected already counts, unless silently, or by a relay when these may lead there
   * directly.
   */
  dial(addresses: Multiaddr[], signal?: AbortSignal): Promise<Connection>
  /** Connects anew. */
  again(addresses: Multiaddr[], signal: AbortSignal): Promise<Connection>
  /** Dials from the port; the end that does not initiate waits for the other's first word. */
  punch(address: Multiaddr, initiator: boolean, signal: AbortSignal): Promise<Connection>
  /** To be told of every peer that identified itself: it says where it sees this node. */
  identified(result: IdentifyResult): void
  /** As what connected peers see the port. */
  seen(): Multiaddr[]
  /** Whether the connection was dialled from the port. */
  isFromPort(connection: Connection): boolean
}

/** One port for all, and whether this end waits for the other's first word. */
interface How {
  from?: number
  isAnswering?: boolean
}

export async function createDials(
  node: Node,
  links: Links,
  options: {
    punches: boolean
    /** Somebody else answered at an address, or at its relay's. */
    onSomebodyElse(address: Multiaddr): void
  }
): Promise<Dials> {
  const { transportManager, upgrader } = node.services.parts
  const answerer = answering(upgrader)
  const port = await freePort()
  const fromPort = new WeakSet<Connection>()
  const seenBy = new Map<PeerId, Multiaddr>()
  const running = new Map<string, Promise<Dialled>>()
  /** What dials failed with that found somebody else. */
  const foundOthers = new WeakSet<Error>()

  const dialOver = async (address: Multiaddr, signal: AbortSignal, how: How = {}): Promise<Connection> => {
    const { from, isAnswering = false } = how
    const transport = transportManager.dialTransportForMultiaddr(address)
    if (!transport) throw new Error(`no transport for ${address}`)
    // libp2p hands the signal to the socket, which an abort would close for as long as it lives: so it ends here.
    const dialling = new AbortController()
    let isSomebodyElse = false
    const onSomebodyElse = (): void => {
      isSomebodyElse = true
    }
    const abort = (): void => dialling.abort(signal.reason)
    signal.throwIfAborted()
    signal.addEventListener('abort', abort, { once: true })
    try {
      const ordinary = { signal: dialling.signal, upgrader: isAnswering ? answerer : upgrader, onSomebodyElse }
      // An option of Node's `net.connect`, which the TCP transport passes on.
      return await transport.dial(address, from === undefined ? ordinary : { ...ordinary, ...{ localPort: from } })
    } catch (error) {
      if (isSomebodyElse) foundOthers.add(error as Error)
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  const fromThePort = async (address: Multiaddr, signal: AbortSignal, isAnswering = false): Promise<Connection> => {
    const connection = await dialOver(address, signal, { from: port, isAnswering })
    fromPort.add(connection)
    return connection
  }

  /** The relay itself is dialled here, because libp2p's transport would not use the port. */
  const dialRelayed = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    const by = relayIn(address)
    if (by !== undefined && links.to(by).length === 0) await dialOne(address.decapsulate('/p2p-circuit'), signal)
    return await dialOver(address, signal)
  }

  const dialOne = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    if (isRelayed(address)) return await dialRelayed(address, signal)
    const isUsual = isLoopback(address) || hostIn(address) === undefined || isWebSocket(address)
    if (isUsual || !options.punches) return await dialOver(address, signal)
    try {
      return await fromThePort(address, signal)
    } catch (error) {
      // One connection from there to that address is open, or was a moment ago.
      if (!hasCode(error, 'EADDRINUSE', 'EADDRNOTAVAIL')) throw error
      return await dialOver(address, signal)
    }
  }

  const dialTelling = async (address: Multiaddr, signal: AbortSignal): Promise<Connection> => {
    try {
      return await dialOne(address, signal)
    } catch (error) {
      if (foundOthers.has(error as Error)) options.onSomebodyElse(outOfZone(address))
      throw error
    }
  }

  const race = (addresses: readonly Multiaddr[], signal?: AbortSignal): Promise<Dialled> =>
    raceDials(
      addresses.flatMap(address => onEveryLink(address)),
      dialTelling,
      signal
    )

  return {
    async dial(addresses, signal) {
      const name = addresses.map(peerIn).find(found => found !== undefined)
      if (name === undefined) return (await race(addresses, signal)).connection
      const peer = parsePeerId(name)
      const [existing] = links.isSilent(peer) ? [] : links.to(peer)
      const isBetter = existing && isRelayed(existing.remoteAddr) && addresses.some(address => !isRelayed(address))
      if (existing && !isBetter) return existing
      // When whoever dials already gives up, this dial is on its own.
      const other = running.get(peer)?.catch(() => undefined)
      const joined = await abortable(other ?? Promise.resolve(undefined), signal)
      if (joined) return joined.connection
      const wanted = existing ? addresses.filter(address => !isRelayed(address)) : addresses
      const dialling = race(wanted, signal)
      running.set(peer, dialling)
      try {
        const { connection, notBetter } = await dialling
        if (notBetter) links.explain(peer, notBetter)
        return connection
      } catch (error) {
        if (existing?.status === 'open') return existing
        throw error
      } finally {
        if (running.get(peer) === dialling) running.delete(peer)
      }
    },
    again: async (addresses, signal) => (await race(addresses, signal)).connection,
    punch: (address, initiator, signal) => fromThePort(address, signal, !initiator),
    identified({ connection, observedAddr }) {
      if (observedAddr && fromPort.has(connection)) seenBy.set(parsePeerId(String(connection.remotePeer)), observedAddr)
    },
    seen() {
      for (const peer of [...seenBy.keys()]) if (links.to(peer).length === 0) seenBy.delete(peer)
      return [...seenBy.values()]
    },
    isFromPort: connection => fromPort.has(connection)
  }
}

/** A port that nothing listens on; outgoing connections may share it as long as nothing does. */
async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
