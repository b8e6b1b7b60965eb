import { decodeCanonical, encodeCanonical, readBytes, readChoice, readMap, readingAs } from '../../../canonical.ts'
import { coreError } from '../../../errors.ts'
import { encodeWhereabouts, readWhereabouts } from '../../../peers/whereabouts.ts'
import type { Whereabouts } from '../../../peers/whereabouts.ts'

const PREFIX = 'borgo:link/'
const LINK_LENGTH = 2_048
/** 80 bits, good for one use within minutes; 16 characters of a code. */
export const LINK_SECRET_BYTES = 10
/** Crockford's base32: no letter that is taken for a digit; https://www.crockford.com/base32.html. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_CHARACTERS = 16

/** What a new device is given of the one that links it. Its secret is of use once: show it to nobody else. */
export interface DeviceLink {
  secret: Uint8Array
  /** Where the device that made it can be reached; undefined in a code, which is for nodes that are connected already. */
  peers: Whereabouts | undefined
}

/** `borgo:link/…`, as text or in a QR code. */
export function encodeDeviceLink(secret: Uint8Array, peers: Whereabouts): string {
  const bytes = encodeCanonical({ v: 1, peers: encodeWhereabouts(peers), secret })
  return PREFIX + Buffer.from(bytes).toString('base64url')
}

/** The secret alone, to be typed: `XXXX-XXXX-XXXX-XXXX`. */
export function deviceCode(secret: Uint8Array): string {
  const bits = BigInt(`0x${Buffer.from(secret).toString('hex')}`)
  const characters = Array.from(
    { length: CODE_CHARACTERS },
    (_, at) => ALPHABET[Number((bits >> BigInt(5 * (CODE_CHARACTERS - 1 - at))) & 31n)]
  )
  return characters.join('').replace(/.{4}(?=.)/g, '$&-')
}

/** Reads a link or a code that somebody pasted or typed; throws BAD_DEVICE_LINK, which shows nothing of it. */
export function readDeviceLink(text: string): DeviceLink {
  const given = text.trim()
  if (!given.startsWith(PREFIX)) return { secret: readCode(given), peers: undefined }
  return readingAs('BAD_DEVICE_LINK', 'a whole link for a device: copy it again', () => {
    const code = given.slice(PREFIX.length)
    const bytes = Buffer.from(code, 'base64url')
    if (given.length > LINK_LENGTH || bytes.toString('base64url') !== code)
      throw coreError('BAD_DEVICE_LINK', 'not base64url')
    const fields = readMap(decodeCanonical(bytes), 'v', 'peers', 'secret')
    readChoice(fields.v, 1)
    return { secret: readBytes(fields.secret, LINK_SECRET_BYTES), peers: readWhereabouts(fields.peers) }
  })
}

/** In any case, with or without hyphens, and with the letters that are taken for digits. */
function readCode(text: string): Uint8Array {
  const typed = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  const digits = [...typed].map(character => ALPHABET.indexOf(character))
  if (digits.length !== CODE_CHARACTERS || digits.includes(-1))
    throw coreError('BAD_DEVICE_LINK', `neither a link (${PREFIX}…) nor a code of ${CODE_CHARACTERS} characters`)
  const bits = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n)
  return Uint8Array.from(Buffer.from(bits.toString(16).padStart(2 * LINK_SECRET_BYTES, '0'), 'hex'))
}
