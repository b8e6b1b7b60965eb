import { hash } from 'node:crypto'

/** SHA-256 in one call, which is cheaper to set up than a Hash object. */
export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}
