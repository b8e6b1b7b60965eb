import { encode } from '@ipld/dag-cbor'
import { decodeCanonical, readBytes, readList, readMap, readName, readText, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { CERTIFICATE_BYTES, readCertificate } from '../identity/certificate.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { Protocol } from '../stream.ts'

/** How two connected devices introduce themselves: one message each way, then both end. */
export const HELLO: Protocol = {
  id: '/borgo/core/hello/1',
  access: 'anyone',
  maxMessageBytes: 8 * 1024,
  maxStreamsPerPeer: 2,
  idleMs: 10_000
}

const MAX_ADDRESSES = 16
const MAX_ADDRESS_CHARACTERS = 256

export interface Hello {
  account: AccountId
  /** The sender's own claim, 1 to 64 characters. */
  name: string
  /** Where others can reach the sender, by its own account. */
  addresses: string[]
}

export function encodeHello(hello: { certificate: Uint8Array; name: string; addresses: string[] }): Uint8Array {
  return encode({ ...hello, addresses: hello.addresses.slice(0, MAX_ADDRESSES) })
}

/** Checks what `from` sent; throws BAD_MESSAGE. */
export function decodeHello(bytes: Uint8Array, from: PeerId): Hello {
  return readingAs('BAD_MESSAGE', 'an introduction', () => {
    const fields = readMap(decodeCanonical(bytes), 'certificate', 'name', 'addresses')
    const { account, device } = readCertificate(readBytes(fields.certificate, 1, CERTIFICATE_BYTES))
    if (device !== from) throw coreError('BAD_MESSAGE', "another device's certificate")
    const addresses = readList(fields.addresses, MAX_ADDRESSES, address => readText(address, MAX_ADDRESS_CHARACTERS))
    return { account, name: readName(fields.name), addresses }
  })
}
