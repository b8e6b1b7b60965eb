/** One value of DER, the encoding of certificates (ITU-T X.690). */
export interface Der {
  tag: number
  /** All its bytes, with tag and length. */
  whole: Uint8Array
  content: Uint8Array
}

export const BOOLEAN = 0x01
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const OBJECT_ID = 0x06
export const UTF8_STRING = 0x0c
export const UTC_TIME = 0x17
export const GENERALIZED_TIME = 0x18
export const SEQUENCE = 0x30
export const SET = 0x31
/** The tag of a field that a structure gives this number. */
export const field = (number: number): number => 0xa0 + number

/** The values that follow each other in `bytes`. Throws RangeError on lengths that lead beyond the end. */
export function derValues(bytes: Uint8Array): Der[] {
  const values: Der[] = []
  for (let at = 0; at < bytes.length;) {
    const [start, length] = contentAt(bytes, at + 1)
    const end = start + length
    if (end > bytes.length) throw new RangeError('DER is cut off')
    values.push({ tag: bytes[at] ?? 0, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) })
    at = end
  }
  return values
}

/** Where content begins and how long it is; from 128 on, a length tells first how many bytes it takes itself. */
function contentAt(bytes: Uint8Array, at: number): [start: number, length: number] {
  const first = bytes[at] ?? Infinity
  if (first < 0x80) return [at + 1, first]
  const count = first - 0x80
  // No certificate has 64 KiB. Without an end that is known beforehand, it would be BER.
  if (count < 1 || count > 2) throw new RangeError('a length of DER out of bounds')
  let length = 0
  for (let index = 1; index <= count; index++) length = length * 256 + (bytes[at + index] ?? Infinity)
  return [at + 1 + count, length]
}

export function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const { length } = content
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...header), content])
}

/** An object identifier in dotted notation. */
export function derObjectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  const inSevens = (number: number): number[] =>
    number < 0x80 ? [number] : [...inSevens(number >> 7).map(part => part | 0x80), number & 0x7f]
  return der(OBJECT_ID, Uint8Array.from([first * 40 + second, ...others].flatMap(inSevens)))
}
