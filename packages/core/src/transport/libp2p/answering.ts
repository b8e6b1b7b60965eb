import type { MultiaddrConnection, Upgrader, UpgraderOptions } from '@libp2p/interface'

/**
 * The upgrader of the end that dialled, and yet is to answer: when both ends dial, one of them must. libp2p's own flag
 * reaches the negotiation and the encryption, but Yamux goes by the direction of the socket, and two clients never agree.
 */
export function answering(upgrader: Upgrader): Upgrader {
  const upgradeOutbound = (
    connection: MultiaddrConnection,
    options: UpgraderOptions
  ): ReturnType<Upgrader['upgradeOutbound']> => {
    connection.direction = 'inbound'
    return upgrader.upgradeOutbound(connection, { ...options, initiator: false })
  }
  return Object.create(upgrader, { upgradeOutbound: { value: upgradeOutbound } }) as Upgrader
}
