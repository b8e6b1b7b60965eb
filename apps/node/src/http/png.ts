import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PIXEL_BYTES = 4
/** 8 bits a channel, true colour with alpha, no interlacing; https://www.w3.org/TR/png-3/#11IHDR. */
const FORMAT = [8, 6, 0, 0, 0]

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A picture of RGBA pixels, rows one after the other, as a PNG file. */
export async function png(rgba: Uint8Array, width: number): Promise<Buffer> {
  const rowBytes = width * PIXEL_BYTES
  const height = rgba.length / rowBytes
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set(FORMAT, 8)
  // Each row begins with the number of its filter: none.
  const rows = Buffer.alloc(rgba.length + height)
  for (let row = 0; row < height; row++)
    rows.set(rgba.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1)
  const pixels = await promisify(deflate)(rows)
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', new Uint8Array())])
}
