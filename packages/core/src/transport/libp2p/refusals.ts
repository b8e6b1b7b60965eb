/**
 * Whether a stream of libp2p's own protocols failed for what only bytes that no honest node sends lead to: refusals of the
 * length prefix and of the protobuf decoder. A stream that breaks, also within a message, fails for something else.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // The decoder has no name for this one.
  return REFUSALS.has(error.name) || (error.name === 'Error' && error.message.startsWith('invalid wire type'))
}

const REFUSALS = new Set([
  'InvalidDataLengthError',
  'InvalidDataLengthLengthError',
  'InvalidMessageError',
  'InvalidMessageLengthError',
  'InvalidParametersError',
  'RangeError'
])

/** Runs what reads a peer's bytes; `onRefusal` runs before what `isRefusal` says of is thrown on. */
export async function refusing<T>(work: () => Promise<T>, onRefusal: () => void): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) onRefusal()
    throw error
  }
}
