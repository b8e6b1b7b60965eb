import { BorgoError } from '@borgo/core/errors'
import type { HttpCode } from './http/problem.ts'

/** Every code that the node itself throws, beside those of the core and the plugins. */
export type NodeCode =
  | HttpCode
  | 'CHECK_FAILED'
  | 'CONFIG_INVALID'
  | 'FOLDER_READ_ONLY'
  | 'NOT_LINKED'
  | 'NOT_RUNNING'
  | 'PORT_IN_USE'
  | 'SOCKET_UNUSABLE'
  | 'USAGE'

export function nodeError(code: NodeCode, message: string, cause?: unknown): BorgoError<NodeCode> {
  return new BorgoError(code, message, cause === undefined ? undefined : { cause })
}
