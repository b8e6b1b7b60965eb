import { isPeerId, peerDiscoverySymbol, start, stop } from '@libp2p/interface'
import type { Connection, PeerDiscoveryProvider, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { kadDHT } from '@libp2p/kad-dht'
import type { SingleKadDHT } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'
import { coreError, hasCode } from '../../errors.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { DhtTable } from '../dht.ts'
import { placeIn, tableKey } from '../shelf.ts'
import type { Place, Shelf } from '../shelf.ts'
import { isLocal, isPublic, isRelayed, peerIn } from './address.ts'
import { shelfStore } from './dht-store.ts'
import { decodeItems, encodeItems } from './dht-value.ts'
import { dhtLimits, kadLimits } from './limits.ts'
import type { Links } from './links.ts'
import type { Node } from './node.ts'
import { overlay } from './overlay.ts'
import { isRefusal } from './refusals.ts'

/** Which nodes a table joins: those that reach each other on private networks, or by public addresses. */
export type Reach = 'lan' | 'wan'

const PROTOCOL: Record<Reach, string> = { lan: '/borgo/lan/kad/1', wan: '/borgo/kad/1' }

export interface TableOptions {
  reach: Reach
  /** `auto`: on private networks a server; beyond them one as soon as this node has a public address. */
  mode: 'client' | 'auto'
  node: Node
  links: Links
  dial(addresses: Multiaddr[], signal?: AbortSignal): Promise<Connection>
  shelf: Shelf
  isMember(peer: PeerId): boolean
  onOffence(peer: PeerId, reason: string): void
}

/** One table of the DHT: kad-dht, kept to one reach, to Borgo's limits and to signed items. */
export interface Table {
  start(): Promise<void>
  stop(): Promise<void>
  /** To be told of every namespace that the shelf knows. */
  define(namespace: string): void
  status(): DhtTable
  /** Resolves to how many nodes took the item. */
  put(place: Place, item: Uint8Array, signal?: AbortSignal): Promise<number>
  /** Lists of items that passed the rules, as nodes answer. */
  get(place: Place, signal: AbortSignal): AsyncIterable<Uint8Array[]>
}

export function table(options: TableOptions): Table {
  const { reach, mode, node, links, dial, shelf, isMember, onOffence } = options
  const { addressManager, connectionManager, privateKey, registrar } = node.services.parts
  /** Addresses of nodes that others told of: the peer store would keep any number of them. */
  const told = new Map<PeerId, Multiaddr[]>()
  /** Connections that only the table asked for, the oldest first. */
  const borrowed = new Set<Connection>()
  let serving = 0

  const isNear = (connection: Connection): boolean => fits(reach, connection.remoteAddr)

  const connect = async (to: Libp2pPeerId, signal?: AbortSignal): Promise<Connection> => {
    const peer = parsePeerId(to.toString())
    // Others tell us of ourselves.
    if (to.equals(node.peerId)) throw new Error('that is this node')
    const open = links.to(peer).find(isNear)
    if (open) return open
    const addresses = [...(told.get(peer) ?? []), ...(await identified(to))].filter(address => fits(reach, address))
    const named = addresses.slice(0, dhtLimits.addresses).map(address => nameIn(address, to))
    const connection = await dial(named, signal)
    if (!isNear(connection)) throw new Error('reached by another way than the table takes')
    borrowed.add(connection)
    connection.addEventListener('close', () => borrowed.delete(connection), { once: true })
    giveBack()
    return connection
  }
  /** What a node that was connected once said of itself. */
  const identified = async (peer: Libp2pPeerId): Promise<Multiaddr[]> =>
    (await node.peerStore.has(peer)) ? (await node.peerStore.getInfo(peer)).multiaddrs : []

  const open = async (to: unknown, signal?: AbortSignal): Promise<Stream> => {
    if (!isPeerId(to)) throw new TypeError('the table talks to peers')
    const { maxOutboundStreams } = kadLimits
    const connection = await connect(to, signal)
    const stream = await connection.newStream(PROTOCOL[reach], { maxOutboundStreams, ...(signal && { signal }) })
    bound(stream)
    return stream
  }
  const giveBack = (): void => {
    for (const connection of borrowed) {
      if (borrowed.size <= dhtLimits.borrowedConnections) return
      if (connection.streams.length > 0) continue
      borrowed.delete(connection)
      if (!isMember(parsePeerId(connection.remotePeer.toString())))
        void connection.close().catch(() => connection.abort(new Error('given back')))
    }
  }

  /** Answers one request, within limits that kad-dht does not have. */
  const serve = (handle: (stream: Stream, connection: Connection) => void | Promise<void>) => {
    return (stream: Stream, connection: Connection): void | Promise<void> => {
      const peer = parsePeerId(connection.remotePeer.toString())
      if (!isNear(connection) || serving >= dhtLimits.requestsAtOnce) return stream.abort(new Error('busy'))
      serving++
      stream.addEventListener('close', event => {
        serving--
        if ('local' in event && event.local === true && (hasCode(event.error, 'BAD_RECORD') || isRefusal(event.error)))
          onOffence(peer, 'DHT')
      })
      bound(stream)
      return handle(stream, connection)
    }
  }

  const kad = kadDHT({
    ...kadLimits,
    protocol: PROTOCOL[reach],
    ...(mode === 'client' ? { clientMode: true } : reach === 'lan' && { clientMode: false }),
    logPrefix: `borgo:dht:${reach}`,
    peerInfoMapper: info => ({ ...info, multiaddrs: info.multiaddrs.filter(address => fits(reach, address)) })
  })({
    peerId: node.peerId,
    privateKey,
    addressManager,
    events: node,
    logger: node.logger,
    datastore: shelfStore(shelf),
    // Neither tags, for which connections of strangers would be kept before those of members, nor addresses.
    peerStore: overlay(node.peerStore, { merge: peer => node.peerStore.merge(peer, {}) }),
    // Says more than a ping: that the other end serves this table.
    ping: {
      async ping(to, { signal } = {}) {
        const begin = performance.now()
        const stream = await open(to, signal)
        await stream.close({ ...(signal && { signal }) })
        return performance.now() - begin
      }
    },
    connectionManager: overlay(connectionManager, {
      openStream: (to, _protocol, { signal } = {}) => open(to, signal),
      isDialable: async addresses => [addresses].flat().some(address => fits(reach, address))
    }),
    registrar: overlay(registrar, {
      handle: (protocol, handler, limits) => registrar.handle(protocol, serve(handler), limits),
      register: (protocol, topology) =>
        registrar.register(protocol, {
          ...topology,
          async onConnect(peer, connection) {
            if (isNear(connection)) await topology.onConnect?.(peer, connection)
          }
        })
    })
    // What kad-dht makes is more than it says.
  }) as SingleKadDHT & PeerDiscoveryProvider

  kad[peerDiscoverySymbol].addEventListener('peer', ({ detail: { id, multiaddrs } }) => {
    if (id.type !== 'Ed25519') return
    const peer = parsePeerId(id.toString())
    told.delete(peer)
    told.set(peer, multiaddrs.slice(0, dhtLimits.addresses))
    if (told.size > dhtLimits.told) for (const oldest of told.keys()) if (told.delete(oldest)) break
  })
  delete kad.validators.pk

  return {
    start: () => start(kad),
    stop: () => stop(kad),
    define(namespace) {
      kad.validators[namespace] = (name, value) => {
        const place = placeIn(name)
        if (!place) throw coreError('BAD_RECORD', 'not a key of the table')
        for (const item of decodeItems(value)) shelf.inspect(place, item)
      }
      // Nothing hangs on it: `get` takes what each node answers, and a node keeps the newest of each slot.
      kad.selectors[namespace] = () => 0
    },
    status: () => ({ mode: kad.getMode(), peers: kad.routingTable.size }),
    async put(place, item, signal) {
      if (kad.routingTable.size === 0) return 0
      const takers = new Set<string>()
      for await (const event of kad.put(tableKey(place), encodeItems([item]), { ...(signal && { signal }) }))
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') takers.add(event.from.toString())
      return takers.size
    },
    async *get(place, signal) {
      if (kad.routingTable.size === 0) return
      for await (const event of kad.get(tableKey(place), { signal })) {
        // Then all were asked; what follows would put the first answer at everyone who answered something else.
        if (event.path.index === -1) return
        if (event.name === 'PEER_RESPONSE' && event.record) yield decodeItems(event.record.value)
        // An answer against the rules; what did not come at all has other names.
        else if (event.name === 'QUERY_ERROR' && event.error.name === 'QueryError')
          onOffence(parsePeerId(event.from.toString()), 'DHT answer')
      }
    }
  }
}

const fits = (reach: Reach, address: Multiaddr): boolean =>
  reach === 'lan' ? !isRelayed(address) && isLocal(address) : isPublic(address)

const nameIn = (address: Multiaddr, peer: Libp2pPeerId): Multiaddr =>
  peerIn(address) === undefined ? address.encapsulate(`/p2p/${peer}`) : address

/** Ends a stream that carries more than a request or an answer may have. */
function bound(stream: Stream): void {
  let bytes = 0
  stream.addEventListener('message', ({ data }) => {
    bytes += data.byteLength
    if (bytes > dhtLimits.messageBytes) stream.abort(coreError('BAD_RECORD', 'a message of the DHT is too long'))
  })
}
