/** Which of a content's pieces there are: one bit each, the first in the lowest bit of the first byte. */
export class PieceSet {
  readonly size: number
  readonly #bits: Uint8Array
  #count = 0

  /** `bits` is copied; throws TypeError unless it is exactly as long as `size` needs, with no bit beyond it. */
  constructor(size: number, bits?: Uint8Array) {
    this.size = size
    const length = (size + 7) >> 3
    if (bits && bits.length !== length) throw new TypeError(`${bits.length} bytes cannot be ${size} pieces`)
    this.#bits = bits ? Uint8Array.from(bits) : new Uint8Array(length)
    for (const byte of this.#bits) this.#count += ones(byte)
    const spare = length * 8 - size
    if (spare > 0 && (this.#bits[length - 1] ?? 0) >> (8 - spare) !== 0)
      throw new TypeError('a bit is set beyond the last piece')
  }

  static full(size: number): PieceSet {
    const set = new PieceSet(size)
    for (let piece = 0; piece < size; piece++) set.add(piece)
    return set
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count === this.size
  }

  has(piece: number): boolean {
    return ((this.#bits[piece >> 3] ?? 0) & (1 << (piece & 7))) !== 0
  }

  /** True when it was new. */
  add(piece: number): boolean {
    if (piece < 0 || piece >= this.size || this.has(piece)) return false
    this.#bits[piece >> 3] = (this.#bits[piece >> 3] ?? 0) | (1 << (piece & 7))
    this.#count++
    return true
  }

  /** True when it was there. */
  remove(piece: number): boolean {
    if (!this.has(piece)) return false
    this.#bits[piece >> 3] = (this.#bits[piece >> 3] ?? 0) & ~(1 << (piece & 7))
    this.#count--
    return true
  }

  /** A copy of the bits, as the constructor takes them. */
  bits(): Uint8Array {
    return Uint8Array.from(this.#bits)
  }
}

function ones(byte: number): number {
  let count = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++
  return count
}
