import { connect } from 'node:tls'
import type { SecureVersion, TLSSocket } from 'node:tls'
import type { Offer } from './protocol.ts'

/**
 * TLS 1.3 with a key that both ends were given, and no certificates (RFC 8446, section 2.2); with a key exchange, so that
 * who learns the key later still reads nothing. Of the cipher suites, the one that OpenSSL uses with such keys.
 */
export const TLS: { minVersion: SecureVersion; ciphers: string } = {
  minVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256'
}

/** Connects to who made the offer. Throws what the system says, and on anybody who does not hold the ticket's key. */
export function dialSocket(host: string, { id, key, port }: Offer, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect({
      host,
      port,
      ...TLS,
      pskCallback: () => ({ psk: key, identity: id }),
      // Asked only when the other end shows a certificate instead of holding the key.
      checkServerIdentity: () => new Error('the key was not used')
    })
    const abort = (): void => void socket.destroy(new Error('no socket in time'))
    const settle = (): void => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    // Stays: whoever gets the socket hears of its end by 'close'.
    socket.on('error', () => undefined)
    socket.once('error', reject)
    socket.once('close', () => {
      settle()
      reject(new Error('the socket closed'))
    })
    socket.once('secureConnect', () => {
      settle()
      resolve(socket)
    })
  })
}
