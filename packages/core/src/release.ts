/** Shorter ones are not worth it, bytes. */
const MIN_BYTES = 65_536
/** Prefixes of messages, and headers that a protocol puts before its content. */
const MAX_BEFORE_BYTES = 64

/**
 * Gives the memory of a long message back at once; it is empty afterwards. For whoever is done with it and takes in many:
 * the garbage collector would run for every 40 MB. Does nothing to bytes that share their memory with others.
 */
export function release(message: Uint8Array): void {
  const { buffer } = message
  if (!(buffer instanceof ArrayBuffer) || message.length < MIN_BYTES) return
  if (message.length + MAX_BEFORE_BYTES >= buffer.byteLength) buffer.transfer(0)
}
