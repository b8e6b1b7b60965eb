import { BorgoError } from '@borgo/core'

/** Every code that this plugin throws beside the core's. Never reused for another meaning. */
export type CollabCode =
  | 'BAD_TEXT'
  | 'BAD_UPDATE'
  | 'DOCUMENT_CLOSED'
  | 'DOCUMENT_UNKNOWN'
  | 'NOT_AUTHOR'
  | 'POST_UNKNOWN'
  | 'SESSIONS_USED_UP'
  | 'THREAD_UNKNOWN'
  | 'WORKSPACE_UNKNOWN'

/** Makes an error of this plugin; the code is checked against `CollabCode`. */
export function collabError(code: CollabCode, message: string, cause?: unknown): BorgoError<CollabCode> {
  return new BorgoError(code, message, cause === undefined ? undefined : { cause })
}
