import { decodeCanonical, encodeCanonical, readBytes, readInteger, readMap } from '../../canonical.ts'
import { TICKET_ID_BYTES, TICKET_KEY_BYTES } from './tickets.ts'
import type { Ticket } from './tickets.ts'

/** The libp2p protocol on which two ends agree on a socket. */
export const AGREEMENT = '/borgo/bulk/1'

/** One end's invitation to the other: to connect to this port of the host that it is connected to, with this ticket. */
export interface Offer extends Ticket {
  port: number
}

/** Undefined: this end cannot be connected to, or will not be now. */
export function encodeOffer(offer: Offer | undefined): Uint8Array {
  return encodeCanonical({ offer: offer ? { ...offer, id: Buffer.from(offer.id, 'hex') } : null })
}

/** Throws BAD_MESSAGE. */
export function decodeOffer(bytes: Uint8Array): Offer | undefined {
  const { offer } = readMap(decodeCanonical(bytes), 'offer')
  if (offer === null) return undefined
  const { id, key, port } = readMap(offer, 'id', 'key', 'port')
  return {
    id: Buffer.from(readBytes(id, TICKET_ID_BYTES)).toString('hex'),
    key: readBytes(key, TICKET_KEY_BYTES),
    port: readInteger(port, 1, 65_535)
  }
}
