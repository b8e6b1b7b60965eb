/** Every code that the core throws. A package has its own union; codes are never reused for another meaning. */
export type CoreCode =
  | 'ACCOUNT_IN_USE'
  | 'ACTIVITY_OVER'
  | 'ACTIVITY_UNKNOWN'
  | 'ALREADY_STARTED'
  | 'APPROVAL_DECLINED'
  | 'APPROVAL_PENDING'
  | 'BAD_ADDRESS'
  | 'BAD_BACKUP'
  | 'BAD_BUDGET'
  | 'BAD_CARD'
  | 'BAD_CERTIFICATE'
  | 'BAD_CONTACTS'
  | 'BAD_DEVICE_LINK'
  | 'BAD_ID'
  | 'BAD_INVITATION'
  | 'BAD_KEY_FILE'
  | 'BAD_MESSAGE'
  | 'BAD_PEER_NAME'
  | 'BAD_OPERATION'
  | 'BAD_PASSPHRASE'
  | 'BAD_RECORD'
  | 'BAD_RECOVERY'
  | 'BAD_SCHEDULE'
  | 'BAD_SWARM_KEY'
  | 'BUDGET_UNKNOWN'
  | 'BUSY'
  | 'CONTACT_UNKNOWN'
  | 'DEVICE_LINK_EXPIRED'
  | 'DEVICE_LINK_USED'
  | 'DEVICE_STOPPED'
  | 'DEVICE_UNKNOWN'
  | 'DISK_FULL'
  | 'FOLDER_IN_USE'
  | 'FOLDER_NOT_EMPTY'
  | 'FOLDER_READ_ONLY'
  | 'FORBIDDEN'
  | 'GROUP_UNKNOWN'
  | 'INVITATION_EXPIRED'
  | 'INVITATION_USED_UP'
  | 'KIND_TAKEN'
  | 'LINKING_CANCELLED'
  | 'MEMBER_UNKNOWN'
  | 'NAME_UNKNOWN'
  | 'NOT_SHUT_OUT'
  | 'NOT_STARTED'
  | 'NO_LINKING'
  | 'OBJECT_UNKNOWN'
  | 'PERSON_UNKNOWN'
  | 'OVER_BUDGET'
  | 'PAST_MISSING'
  | 'PETITION_UNKNOWN'
  | 'PLUGIN_NEEDED'
  | 'PLUGIN_TAKEN'
  | 'PLUGIN_UNKNOWN'
  | 'PORT_IN_USE'
  | 'PROTOCOL_TAKEN'
  | 'PROTOCOL_UNSUPPORTED'
  | 'QUOTA_EXCEEDED'
  | 'RECOVERY_GUARDED'
  | 'REMOVED'
  | 'START_TIMEOUT'
  | 'STOPPED'
  | 'STORAGE_LIMIT'
  | 'STORE_CORRUPT'
  | 'STORE_TOO_NEW'
  | 'STREAM_IDLE'
  | 'STREAM_RESET'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'TOO_MANY_NAMES'
  | 'TOO_MANY_DEVICES'
  | 'TOO_MANY_STREAMS'
  | 'UNREACHABLE'
  | 'WORDS_DIFFER'

/**
 * The only error class of the project. Branch on `code` (see `hasCode`), never on the message.
 * The message is for the local person: it says what went wrong and what helps; it is never sent to a peer.
 */
export class BorgoError<Code extends string = string> extends Error {
  override readonly name = 'BorgoError'
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Makes a core error; the code is checked against `CoreCode`. */
export function coreError(code: CoreCode, message: string, cause?: unknown): BorgoError<CoreCode> {
  return new BorgoError(code, message, cause === undefined ? undefined : { cause })
}

/** True when `error` carries one of `codes`; works across copies of this package. */
export function hasCode<Code extends string>(error: unknown, ...codes: Code[]): error is BorgoError<Code> {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code as Code)
  )
}
