import type { Connection, Stream } from '@libp2p/interface'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import { refusing } from './refusals.ts'

/** What libp2p's services for identify and identify-push have besides their type. */
interface Inside {
  identify: { _identify(connection: Connection, options?: object): Promise<unknown> }
  identifyPush: { handleProtocol(stream: Stream, connection: Connection): Promise<void> }
}

/**
 * libp2p gives up a stream on which what a peer says of itself cannot be read, and asks no further: that counts against the
 * peer, whether it was asked or not. To be called before the node starts.
 */
export function heed(services: { identify: unknown; identifyPush: unknown }, onOffence: (from: PeerId) => void): void {
  const { identify, identifyPush } = services as Inside
  const blame =
    ({ remotePeer }: Connection) =>
    () =>
      onOffence(parsePeerId(remotePeer.toString()))
  const ask = identify._identify.bind(identify)
  identify._identify = (connection, options) => refusing(() => ask(connection, options), blame(connection))
  const listen = identifyPush.handleProtocol.bind(identifyPush)
  identifyPush.handleProtocol = (stream, connection) => refusing(() => listen(stream, connection), blame(connection))
}
