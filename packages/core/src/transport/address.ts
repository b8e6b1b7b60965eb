import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { coreError } from '../errors.ts'

/** Throws BAD_ADDRESS. */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (cause) {
    throw coreError('BAD_ADDRESS', `not a multiaddr: ${JSON.stringify(text.slice(0, 200))}`, cause)
  }
}
