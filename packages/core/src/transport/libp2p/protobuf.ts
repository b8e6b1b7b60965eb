/** A field of a message: a number, or bytes (a nested message, too). */
export type Field = readonly [number: number, value: number | Uint8Array]

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The fields in the order given; numbers up to 2^53. */
export function encodeFields(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) =>
    typeof value === 'number'
      ? [varint(number * 8 + VARINT), varint(value)]
      : [varint(number * 8 + BYTES), varint(value.length), value]
  )
  return Buffer.concat(parts)
}

/** The fields in the order they came; those of kinds that are not read here are left out. Throws RangeError. */
export function decodeFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const number = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('cut off in a number')
      value += (byte & 127) * scale
      if (!Number.isSafeInteger(value)) throw new RangeError('a number over 2^53')
      if (byte < 128) return value
    }
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('cut off in a field')
    return bytes.subarray(at, (at += length))
  }
  while (at < bytes.length) {
    const tag = number()
    const [field, kind] = [Math.floor(tag / 8), tag % 8]
    if (kind === VARINT) fields.push([field, number()])
    else if (kind === BYTES) fields.push([field, take(number())])
    else if (kind === FIXED64) take(8)
    else if (kind === FIXED32) take(4)
    else throw new RangeError(`no such kind of field: ${kind}`)
  }
  return fields
}

/** The last number of this field; with proto3's meaning, a field that is not there is undefined. */
export function numberIn(fields: readonly Field[], field: number): number | undefined {
  const value = fields.findLast(([number]) => number === field)?.[1]
  return typeof value === 'number' ? value : undefined
}

/** All byte values of this field. */
export function bytesIn(fields: readonly Field[], field: number): Uint8Array[] {
  return fields.flatMap(([number, value]) => (number === field && typeof value !== 'number' ? [value] : []))
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  bytes.push(value)
  return Uint8Array.from(bytes)
}
