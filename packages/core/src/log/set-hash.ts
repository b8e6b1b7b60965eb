import { createHash } from 'node:crypto'

const BYTES = 128
const MODULUS = 1n << BigInt(8 * BYTES)

/**
 * A hash of a set, whatever the order, to which one is added without a look at all others: the sum of 1,024 bits of a
 * hash of each, so wide that nobody finds two sets with one sum.
 */
export class SetHash {
  #sum = 0n

  add(one: string): void {
    const hash = createHash('shake256', { outputLength: BYTES }).update(one).digest('hex')
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % MODULUS
  }

  /** 32 bytes of it and what else is to be the same, hexadecimal. */
  digest(beside: string): string {
    return createHash('sha256')
      .update(`${beside} ${this.#sum.toString(16)}`)
      .digest('hex')
  }
}
