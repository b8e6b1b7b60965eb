import { BorgoError } from '@borgo/core'

/** Every code that this package throws besides the core's. */
export type RtcCode = 'BAD_TEXT' | 'CONVERSATION_UNKNOWN' | 'MESSAGE_UNKNOWN'

export function rtcError(code: RtcCode, message: string): BorgoError<RtcCode> {
  return new BorgoError(code, message)
}
