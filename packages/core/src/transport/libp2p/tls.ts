import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { SecureContext, SecureContextOptions } from 'node:tls'
import { serviceCapabilities, UnexpectedPeerError } from '@libp2p/interface'
import type {
  ConnectionEncrypter,
  MessageStream,
  PrivateKey,
  SecureConnectionOptions,
  SecuredConnection,
  Upgrader
} from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { coreError } from '../../errors.ts'
import { createCertificate, provenKey } from './certificate.ts'
import { EncryptedConnection, wireOf } from './encrypted-connection.ts'

/** Said instead of a multiplexer by who wants to agree on one later. */
const NO_MUXER = 'libp2p'
const VERSION: SecureContextOptions = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }

interface Components {
  privateKey: PrivateKey
  upgrader: Upgrader
}

/**
 * libp2p's TLS (https://github.com/libp2p/specs/blob/master/tls/tls.md) for nodes whose clocks differ by any time: see
 * `certificate.ts`. One certificate serves until the node ends, which the specification allows.
 *
 * A handshake throws BAD_MESSAGE on certificates that no honest node shows, STREAM_RESET when the connection ends, what TLS
 * itself says, UnexpectedPeerError when somebody else answers, and the signal's reason; the connection is over then.
 */
export const tls =
  () =>
  (components: Components): ConnectionEncrypter =>
    new Tls(components)

class Tls implements ConnectionEncrypter {
  readonly protocol = '/tls/1.0.0'
  readonly [serviceCapabilities] = ['@libp2p/connection-encryption']
  readonly #components: Components
  #context: Promise<SecureContext> | undefined

  constructor(components: Components) {
    this.#components = components
  }

  secureInbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    return this.#secure(connection, true, options)
  }

  secureOutbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    return this.#secure(connection, false, options)
  }

  async #secure(
    connection: MessageStream,
    isServer: boolean,
    { remotePeer: expected, signal, skipStreamMuxerNegotiation = false }: SecureConnectionOptions = {}
  ): Promise<SecuredConnection> {
    const muxers = skipStreamMuxerNegotiation ? undefined : this.#components.upgrader.getStreamMuxers()
    try {
      this.#context ??= createCertificate(this.#components.privateKey).then(pair =>
        createSecureContext({ ...pair, ...VERSION })
      )
      const secureContext = await this.#context
      signal?.throwIfAborted()
      if (connection.status !== 'open') throw coreError('STREAM_RESET', 'the connection ended')
      const socket = socketOn(connection, isServer, [...(muxers?.keys() ?? []), NO_MUXER], secureContext)
      await handshake(socket, signal)
      const certificate = socket.getPeerX509Certificate()
      if (!certificate) throw coreError('BAD_MESSAGE', 'no TLS certificate')
      const remotePeer = peerIdFromPublicKey(await provenKey(certificate))
      if (expected && !expected.equals(remotePeer))
        throw new UnexpectedPeerError(`${remotePeer.toString()} answered instead of ${expected.toString()}`)
      // Who left meanwhile has had its 'close', which nobody would hear any more.
      if (socket.destroyed || connection.status !== 'open') throw coreError('STREAM_RESET', 'the connection ended')
      const streamMuxer = socket.alpnProtocol ? muxers?.get(socket.alpnProtocol) : undefined
      return {
        remotePeer,
        connection: new EncryptedConnection(connection, socket),
        ...(streamMuxer && { streamMuxer })
      }
    } catch (error) {
      // Its socket ends with it.
      connection.abort(error as Error)
      throw error
    }
  }
}

function socketOn(
  connection: MessageStream,
  isServer: boolean,
  ALPNProtocols: string[],
  secureContext: SecureContext
): TLSSocket {
  const wire = wireOf(connection)
  // No authority signs these certificates; `provenKey` checks them.
  const options = { secureContext, ALPNProtocols, rejectUnauthorized: false, ...VERSION }
  const socket = isServer
    ? new TLSSocket(wire, { ...options, isServer, requestCert: true })
    : connect({ ...options, socket: wire })
  wire.on('error', cause => socket.destroy(coreError('STREAM_RESET', 'the connection broke', cause)))
  // Whoever waits hears of its end by 'close'.
  socket.on('error', () => undefined)
  return socket
}

function handshake(socket: TLSSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      reject(signal?.reason)
      socket.destroy()
    }
    const settle = (): void => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort, { once: true })
    socket.once('error', reject)
    socket.once('close', () => {
      settle()
      reject(coreError('STREAM_RESET', 'the connection ended within the handshake'))
    })
    socket.once('secure', () => {
      settle()
      resolve()
    })
  })
}
