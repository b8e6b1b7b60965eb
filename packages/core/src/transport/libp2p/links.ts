import type { Connection as Libp2pConnection, MultiaddrConnection } from '@libp2p/interface'
import type { Clock } from '../../clock.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { listeners } from '../../listeners.ts'
import type { Connection, NotBetter } from '../network.ts'
import { hostIn, isRelayed, isWebSocket, relayIn } from './address.ts'
import { heartbeat } from './heartbeat.ts'
import type { Heartbeat } from './heartbeat.ts'
import { zonedHost } from './link-local.ts'

type PeerListener = (event: 'connect' | 'disconnect', peer: PeerId) => void

interface Traffic {
  in: number
  out: number
}

interface Link {
  connection: Libp2pConnection
  peer: PeerId
  relay: PeerId | undefined
  path: Connection['path']
  notBetter: NotBetter | undefined
  since: number
  traffic: Traffic
  heartbeat: Heartbeat
}

/** The open connections, with what is measured on them; several to one peer are one `connect`. */
export interface Links {
  /** Counts the bytes of a raw connection; to be called before it is added. */
  meter(raw: MultiaddrConnection): void
  add(connection: Libp2pConnection): void
  list(): Connection[]
  /** The connections to a peer: silent and doubted ones last, direct ones first, then the nearest. */
  to(peer: PeerId): Libp2pConnection[]
  /** Whether there are connections to a peer, and all of them are silent. */
  isSilent(peer: PeerId): boolean
  /** The IP addresses, with their zones, at which a peer is connected directly, without hole punching; in the order of `to`. */
  hostsOf(peer: PeerId): string[]
  /** Says that a direct connection came about by hole punching. */
  punched(connection: Libp2pConnection): void
  /** Counts bytes that went beside the best connection to a peer. */
  moved(peer: PeerId, bytesIn: number, bytesOut: number): void
  /** Says what carries a peer's bulk. */
  carries(peer: PeerId, bulk: Connection['bulk']): void
  /** Says why the relayed connections to a peer are not better. */
  explain(peer: PeerId, notBetter: NotBetter): void
  /** Ends the connections whose other end says nothing within 5 s. */
  check(): void
  onPeer(listener: PeerListener): () => void
  /** Runs when one of the connections to a peer ended, whether or not there are others. */
  onEnd(listener: (peer: PeerId) => void): void
}

export function links(clock: Clock): Links {
  const open = new Map<PeerId, Link[]>()
  const carriers = new Map<PeerId, Connection['bulk']>()
  const { on: onPeer, tell: emit } = listeners<Parameters<PeerListener>>()
  const endListeners: ((peer: PeerId) => void)[] = []
  // A connection and the raw one below it share this object, and nothing else that is public.
  const traffic = new WeakMap<object, Traffic>()

  const remove = (link: Link): void => {
    link.heartbeat.stop()
    const left = (open.get(link.peer) ?? []).filter(other => other !== link)
    if (left.length > 0) {
      open.set(link.peer, left)
    } else {
      open.delete(link.peer)
      carriers.delete(link.peer)
    }
    for (const listener of endListeners) listener(link.peer)
    if (left.length === 0) emit('disconnect', link.peer)
  }

  /** The relay of a relayed connection; where the address does not name it, whose address it begins with. */
  const relayOf = ({ remoteAddr }: Libp2pConnection): PeerId | undefined => {
    const hop = remoteAddr.decapsulate('/p2p-circuit').toString()
    return (
      relayIn(remoteAddr) ??
      [...open.values()].flat().find(({ connection }) => connection.remoteAddr.toString() === hop)?.peer
    )
  }

  const ranked = (peer: PeerId): Link[] =>
    (open.get(peer) ?? []).toSorted(
      (a, b) =>
        Number(isDubious(a)) - Number(isDubious(b)) ||
        Number(a.path === 'relayed') - Number(b.path === 'relayed') ||
        (a.heartbeat.rttMs() ?? Infinity) - (b.heartbeat.rttMs() ?? Infinity) ||
        a.since - b.since
    )

  return {
    meter(raw) {
      const bytes: Traffic = { in: 0, out: 0 }
      traffic.set(raw.timeline, bytes)
      raw.addEventListener('message', event => {
        bytes.in += event.data.byteLength
      })
      const send = raw.send.bind(raw)
      raw.send = data => {
        bytes.out += data.byteLength
        return send(data)
      }
    },
    add(connection) {
      if (connection.status !== 'open') return
      const peer = parsePeerId(connection.remotePeer.toString())
      const bytes = traffic.get(connection.timeline) ?? { in: 0, out: 0 }
      const relayed = isRelayed(connection.remoteAddr)
      const link: Link = {
        connection,
        peer,
        relay: relayed ? relayOf(connection) : undefined,
        path: relayed ? 'relayed' : 'direct',
        notBetter: relayed ? { reason: 'under-way', code: undefined } : undefined,
        since: clock.now(),
        traffic: bytes,
        heartbeat: heartbeat(connection, clock, () => bytes.in)
      }
      const others = open.get(peer) ?? []
      open.set(peer, [...others, link])
      connection.addEventListener('close', () => remove(link), { once: true })
      // Who has a connection does not make another without cause: the way by which it came may be gone at that end.
      for (const other of others) {
        if (other.heartbeat.isSilent()) other.connection.abort(new Error('it was silent, and the peer came by another'))
        else other.heartbeat.check()
      }
      if (others.length === 0) emit('connect', peer)
    },
    list: () => [...open.values()].flat().map(link => describe(link, carriers.get(link.peer))),
    to: peer => ranked(peer).map(link => link.connection),
    isSilent: peer => open.has(peer) && (open.get(peer) ?? []).every(({ heartbeat }) => heartbeat.isSilent()),
    hostsOf: peer =>
      ranked(peer).flatMap(({ path, connection: { remoteAddr } }) =>
        path === 'direct' ? (zonedHost(remoteAddr) ?? hostIn(remoteAddr) ?? []) : []
      ),
    moved(peer, bytesIn, bytesOut) {
      const traffic = ranked(peer)[0]?.traffic
      if (!traffic) return
      traffic.in += bytesIn
      traffic.out += bytesOut
    },
    carries(peer, bulk) {
      if (open.has(peer)) carriers.set(peer, bulk)
    },
    punched(connection) {
      const link = [...open.values()].flat().find(link => link.connection.id === connection.id)
      if (link) link.path = 'hole-punched'
    },
    explain(peer, notBetter) {
      for (const link of open.get(peer) ?? []) if (link.path === 'relayed') link.notBetter = notBetter
    },
    check() {
      for (const link of [...open.values()].flat()) link.heartbeat.check()
    },
    onPeer,
    onEnd: listener => void endListeners.push(listener)
  }
}

const isDubious = ({ heartbeat }: Link): boolean => heartbeat.isSilent() || heartbeat.isDoubted()

function describe(link: Link, bulk: Connection['bulk']): Connection {
  const { connection, peer, relay, path, notBetter, since, traffic, heartbeat } = link
  const address = connection.remoteAddr.toString()
  return {
    peer,
    path,
    relay,
    notBetter,
    address,
    transport: isWebSocket(connection.remoteAddr) ? 'websocket' : 'tcp',
    encryption: connection.encryption === '/noise' ? 'noise' : 'tls',
    bulk,
    direction: connection.direction,
    since,
    rttMs: heartbeat.rttMs(),
    isSilent: heartbeat.isSilent(),
    bytesIn: traffic.in,
    bytesOut: traffic.out
  }
}
