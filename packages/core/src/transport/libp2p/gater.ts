import type { ConnectionGater, MultiaddrConnection, PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hasCode } from '../../errors.ts'
import type { Denials } from '../denials.ts'
import { hostIn, isRelayed, isWebSocket } from './address.ts'
import { hostOf } from './host-watch.ts'
import type { Handshake, HostWatch } from './host-watch.ts'

/**
 * Decides which connections may come to be: not those of denied peers, of odd keys, of hosts with too many
 * half open, and not too many of strangers. Runs
 * `onUpgraded` with the raw connection of every peer that is let in, before libp2p announces it.
 */
export function gater(
  denials: Pick<Denials, 'get'>,
  hosts: HostWatch,
  mayStay: (peer: Libp2pPeerId, from: Multiaddr) => boolean,
  onUpgraded: (connection: MultiaddrConnection) => void
): ConnectionGater {
  /** What ends the handshake of each half-open connection. */
  const handshakes = new WeakMap<MultiaddrConnection, (how: Handshake) => void>()
  const shaken = (connection: MultiaddrConnection, how: Handshake = 'finished'): void => {
    handshakes.get(connection)?.(how)
    handshakes.delete(connection)
  }

  // A device's key is Ed25519: no other kind of peer id is ever one of ours.
  const isDenied = (peer: Libp2pPeerId): boolean =>
    peer.type !== 'Ed25519' || denials.get(peer.toString()) !== undefined

  /** Whoever finished the handshake did nothing wrong by it, and others may share their address. */
  const isRefused = (peer: Libp2pPeerId, connection: MultiaddrConnection): boolean => {
    const isRefusing = isDenied(peer)
    if (isRefusing && peer.type === 'Ed25519') shaken(connection)
    return isRefusing
  }

  const upgraded = (_peer: Libp2pPeerId, connection: MultiaddrConnection): boolean => {
    shaken(connection)
    resetBySocket(connection)
    onUpgraded(connection)
    return false
  }

  return {
    denyDialPeer: isDenied,
    denyOutboundConnection(peer, connection) {
      resetBySocket(connection)
      return isDenied(peer)
    },
    denyInboundRelayedConnection: (_relay, peer) => isDenied(peer),
    denyInboundEncryptedConnection: isRefused,
    denyOutboundEncryptedConnection: isDenied,
    denyInboundUpgradedConnection(peer, connection) {
      if (mayStay(peer, connection.remoteAddr)) return upgraded(peer, connection)
      shaken(connection)
      return true
    },
    denyOutboundUpgradedConnection: upgraded,
    denyInboundConnection(connection) {
      resetBySocket(connection)
      // A relayed one comes from the relay's host, which can do nothing about it.
      const host = isRelayed(connection.remoteAddr) ? undefined : hostOf(hostIn(connection.remoteAddr))
      if (host === undefined) return false
      const done = hosts.admit(host)
      if (!done) return true
      handshakes.set(connection, done)
      connection.addEventListener('close', ({ error }) => shaken(connection, hasLeft(error) ? 'left' : 'broken'))
      return false
    }
  }
}

/** Whether a raw connection with this failure was ended by the other end. */
const hasLeft = (error: Error | undefined): boolean =>
  error === undefined || error.name === 'StreamResetError' || hasCode(error, 'ECONNRESET', 'EPIPE')

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
