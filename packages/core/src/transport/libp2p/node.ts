import { noise } from '@chainsafe/libp2p-noise'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey, Upgrader } from '@libp2p/interface'
import type { AddressManager, ConnectionManager, Registrar, TransportManager } from '@libp2p/interface-internal'
import { ping } from '@libp2p/ping'
import type { Ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { coreError } from '../../errors.ts'
import type { PeerId } from '../../ids.ts'
import { isSwarmKey } from '../swarm-key.ts'
import { parseAddress } from '../address.ts'
import { circuit } from './circuit.ts'
import { gossipService, listenOn } from './gossip.ts'
import { heed } from './identification.ts'
import {
  circuitLimits,
  connectionLimits,
  identifyLimits,
  muxerLimits,
  pingLimits,
  socketLimits,
  swarmKeyMs,
  webSocketLimits
} from './limits.ts'
import { tellingOfOthers } from './somebody-else.ts'
import { zonedTcp } from './tcp.ts'
import { tls } from './tls.ts'

/** Parts of libp2p that its public interface hides. */
export interface Parts {
  addressManager: AddressManager
  connectionManager: ConnectionManager
  privateKey: PrivateKey
  registrar: Registrar
  transportManager: TransportManager
  upgrader: Upgrader
}

export type Node = Libp2p<{ gossip: GossipSub; parts: Parts; ping: Ping }>

interface NodeOptions {
  /** Raw Ed25519 seed and public key. */
  keyPair: { seed: Uint8Array; publicKey: Uint8Array }
  listen: string[]
  announce: string[]
  gater: ConnectionGater
  /** The text of a swarm key file: only nodes with the same one understand each other. */
  swarmKey: string | undefined
  /** A peer sent what no honest one does. */
  onOffence(peer: PeerId, reason: string): void
}

/** The libp2p node as Borgo runs it, not started. Throws BAD_ADDRESS, BAD_SWARM_KEY. */
export async function buildNode(options: NodeOptions): Promise<Node> {
  const { keyPair, listen, announce, gater, swarmKey, onOffence } = options
  const node = await createLibp2p({
    start: false,
    privateKey: privateKeyFromRaw(Buffer.concat([keyPair.seed, keyPair.publicKey])),
    // What strangers are told in `identify`: no version that tells them what to try.
    nodeInfo: { name: 'borgo', version: '0', userAgent: 'borgo' },
    addresses: { listen: listen.map(normal), announce: announce.map(normal) },
    transports: [zonedTcp(socketLimits), webSockets(webSocketLimits), circuit(circuitLimits)],
    ...(swarmKey !== undefined && { connectionProtector: protector(swarmKey) }),
    connectionEncrypters: [tls(), noise()].map(tellingOfOthers),
    streamMuxers: [yamux(muxerLimits)],
    connectionManager: connectionLimits,
    // heartbeat.ts pings instead: libp2p's monitor ends connections when an event loop stalls.
    connectionMonitor: { enabled: false },
    connectionGater: gater,
    services: {
      identify: identify(identifyLimits),
      identifyPush: identifyPush(identifyLimits),
      ping: ping(pingLimits),
      gossip: gossipService(),
      parts: partsOf
    }
  })
  listenOn(node.services.gossip, from => onOffence(from, 'gossip'))
  heed(node.services, from => onOffence(from, 'identify'))
  return node
}

const partsOf = (components: Parts): Parts => {
  const { addressManager, connectionManager, privateKey, registrar, transportManager, upgrader } = components
  return { addressManager, connectionManager, privateKey, registrar, transportManager, upgrader }
}

function protector(swarmKey: string): ReturnType<typeof preSharedKey> {
  if (!isSwarmKey(swarmKey))
    throw coreError('BAD_SWARM_KEY', 'a swarm key begins with /key/swarm/psk/1.0.0/ and holds 32 bytes in base 16')
  return preSharedKey({ psk: new TextEncoder().encode(swarmKey), timeout: swarmKeyMs })
}

const normal = (text: string): string => parseAddress(text).toString()

/** What a failed start means. libp2p puts the failures of all listeners into one text, where Node's codes remain. */
export function listenError(cause: unknown, listen: string[]): Error {
  const text = cause instanceof Error ? cause.message : String(cause)
  const where = listen.join(', ')
  if (text.includes('EADDRINUSE'))
    return coreError(
      'PORT_IN_USE',
      `another program uses a port of ${where}; choose another or stop that program`,
      cause
    )
  return coreError('BAD_ADDRESS', `cannot listen on ${where}`, cause)
}
