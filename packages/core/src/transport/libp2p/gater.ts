import type { ConnectionGater, MultiaddrConnection, PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'
import { hostIn, isRelayed, isWebSocket } from './address.ts'
import { hostOf } from './host-watch.ts'
import type { HostWatch } from './host-watch.ts'
import { MAX_PENDING_PER_HOST } from './limits.ts'

/** Decides which connections may come to be: not those of denied peers, of odd keys, of hosts with too many half open. */
export interface Gater extends ConnectionGater {
  deny(peer: PeerId, ms: number): void
}

/** Runs `onUpgraded` with the raw connection of every peer that is let in, before libp2p announces it. */
export function gater(clock: Clock, hosts: HostWatch, onUpgraded: (connection: MultiaddrConnection) => void): Gater {
  const denied = new Map<string, number>()
  const pendingOf = new Map<string, number>()
  const release = new WeakMap<MultiaddrConnection, () => void>()

  // A device's key is Ed25519: no other kind of peer id is ever one of ours.
  const isDenied = (peer: Libp2pPeerId): boolean =>
    peer.type !== 'Ed25519' || (denied.get(peer.toString()) ?? 0) > clock.now()

  const upgraded = (_peer: Libp2pPeerId, connection: MultiaddrConnection): boolean => {
    release.get(connection)?.()
    resetBySocket(connection)
    onUpgraded(connection)
    return false
  }

  return {
    deny(peer, ms) {
      for (const [known, until] of denied) if (until <= clock.now()) denied.delete(known)
      denied.set(peer, clock.now() + ms)
    },
    denyDialPeer: isDenied,
    denyOutboundConnection(peer, connection) {
      resetBySocket(connection)
      return isDenied(peer)
    },
    denyInboundRelayedConnection: (_relay, peer) => isDenied(peer),
    denyInboundEncryptedConnection: isDenied,
    denyOutboundEncryptedConnection: isDenied,
    denyInboundUpgradedConnection: upgraded,
    denyOutboundUpgradedConnection: upgraded,
    denyInboundConnection(connection) {
      resetBySocket(connection)
      // A relayed one comes from the relay's host, which can do nothing about it.
      const host = isRelayed(connection.remoteAddr) ? undefined : hostOf(hostIn(connection.remoteAddr))
      if (host === undefined) return false
      const pending = pendingOf.get(host) ?? 0
      if (hosts.isDenied(host) || pending >= MAX_PENDING_PER_HOST) return true
      pendingOf.set(host, pending + 1)
      const done = (): void => {
        if (!release.delete(connection)) return
        const left = (pendingOf.get(host) ?? 1) - 1
        if (left > 0) pendingOf.set(host, left)
        else pendingOf.delete(host)
      }
      release.set(connection, done)
      connection.addEventListener('close', () => {
        if (release.has(connection)) hosts.blame(host, 'no handshake')
        done()
      })
      return false
    }
  }
}

/**
 * libp2p resets a WebSocket with close code 1006, which `ws` refuses to send: the socket would stay open, and the other
 * side would notice nothing.
 */
function resetBySocket(
  connection: MultiaddrConnection & { sendReset?: () => void; sendClose?: () => Promise<void> }
): void {
  if (isWebSocket(connection.remoteAddr) && !isRelayed(connection.remoteAddr))
    connection.sendReset = () => void connection.sendClose?.()
}
