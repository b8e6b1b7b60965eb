import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { CircuitRelayTransportComponents, CircuitRelayTransportInit } from '@libp2p/circuit-relay-v2'
import type { Connection, PeerId, Stream, Transport } from '@libp2p/interface'

/** What libp2p's transport has besides being one, and does not tell in its type. */
export interface CircuitTransport extends Transport {
  onStop(stream: Stream, connection: Connection): Promise<void>
  reservationStore: {
    hasReservation(relay: PeerId): boolean
    addRelay(relay: PeerId, type: 'configured'): Promise<unknown>
  }
}

/**
 * libp2p's way through relays, for those at which this node has a place. libp2p takes a place at whoever says that somebody
 * comes through it, and tells others to come that way.
 */
export function circuit(init: CircuitRelayTransportInit): (components: CircuitRelayTransportComponents) => Transport {
  return components => {
    const transport = circuitRelayTransport(init)(components) as CircuitTransport
    const onStop = transport.onStop.bind(transport)
    transport.onStop = async (stream, connection) => {
      if (transport.reservationStore.hasReservation(connection.remotePeer)) await onStop(stream, connection)
      else stream.abort(new Error('this node has no place there'))
    }
    return transport
  }
}
