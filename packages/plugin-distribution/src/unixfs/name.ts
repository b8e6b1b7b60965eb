import { contentError } from '../errors.ts'

/** Longest name of a file or folder, bytes of UTF-8: what ext4, NTFS and APFS all take. */
const MAX_NAME_BYTES = 255
/** Names of unfinished downloads begin so; they are neither published nor accepted. */
export const TEMPORARY_PREFIX = '.borgo-'

/** Names that Windows keeps for devices, with or without an ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
/** Separators of either kind, control characters, and what turns the reading direction: `gnp.exe` that reads as a picture. */
const FORBIDDEN = /[\p{Cc}/\\\u202a-\u202e\u2066-\u2069]/u

/**
 * What is wrong with a name as one component of a path on any system; undefined when nothing is. A name that passes
 * cannot leave its folder, and means the same file everywhere.
 */
export function nameFault(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is not a name'
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`
  if (FORBIDDEN.test(name)) return 'it has a slash, a backslash or a character that nobody sees'
  if (!name.isWellFormed()) return 'it is not proper Unicode'
  if (name.normalize('NFC') !== name) return 'it is not in Unicode normal form C'
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space'
  if (RESERVED.test(name)) return 'Windows keeps this name for a device'
  if (name.startsWith(TEMPORARY_PREFIX)) return `names beginning with ${TEMPORARY_PREFIX} are unfinished downloads`
  return undefined
}

/** Throws BAD_NAME unless `name` is safe as one component of a path. */
export function checkName(name: string): string {
  const fault = nameFault(name)
  if (fault) throw contentError('BAD_NAME', `the name ${JSON.stringify(name.slice(0, 80))} cannot be shared: ${fault}`)
  return name
}
