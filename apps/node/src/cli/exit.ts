import { ApiError } from '@borgo/api'
import { hasCode } from '@borgo/core/errors'
import { CommanderError } from 'commander'

/** How the program ends; documented in `borgo --help`. */
export const EXIT = { ok: 0, error: 1, usage: 2, notRunning: 3, auth: 4, notFound: 5, timeout: 6 } as const

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (hasCode(error, 'NOT_RUNNING')) return EXIT.notRunning
  if (hasCode(error, 'USAGE', 'CONFIG_INVALID')) return EXIT.usage
  if (hasCode(error, 'BAD_KEY_FILE', 'BAD_PASSPHRASE')) return EXIT.auth
  if (
    hasCode(
      error,
      'ACTIVITY_UNKNOWN',
      'CONTACT_UNKNOWN',
      'CONTENT_UNKNOWN',
      'DEVICE_UNKNOWN',
      'GROUP_UNKNOWN',
      'MEMBER_UNKNOWN',
      'NAME_UNKNOWN',
      'PETITION_UNKNOWN',
      'TRANSFER_UNKNOWN',
      'JOB_UNKNOWN',
      'WORKSPACE_UNKNOWN',
      'DOCUMENT_UNKNOWN',
      'THREAD_UNKNOWN'
    )
  )
    return EXIT.notFound
  if (hasCode(error, 'TIMEOUT')) return EXIT.timeout
  if (!(error instanceof ApiError)) return EXIT.error
  return BY_STATUS.get(error.status) ?? EXIT.error
}

const BY_STATUS: ReadonlyMap<number, number> = new Map([
  [400, EXIT.usage],
  [401, EXIT.auth],
  [403, EXIT.auth],
  [404, EXIT.notFound],
  [504, EXIT.timeout]
])
