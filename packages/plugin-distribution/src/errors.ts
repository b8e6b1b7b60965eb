import { BorgoError } from '@borgo/core'

/** Every code that this package throws, besides the core's. Codes are never reused for another meaning. */
export type ContentCode =
  | 'BAD_CID'
  | 'BAD_CONTENT'
  | 'BAD_NAME'
  | 'CONTENT_UNKNOWN'
  | 'DISK_FULL'
  | 'FILE_CHANGED'
  | 'FILE_MISSING'
  | 'NOT_HELD'
  | 'NOT_YOURS'
  | 'READ_ONLY'
  | 'TARGET_EXISTS'
  | 'TOO_MANY_FILES'
  | 'TRANSFER_CANCELLED'
  | 'TRANSFER_RUNNING'
  | 'TRANSFER_UNKNOWN'

/** Makes an error of this package; the code is checked against `ContentCode`. */
export function contentError(code: ContentCode, message: string, cause?: unknown): BorgoError<ContentCode> {
  return new BorgoError(code, message, cause === undefined ? undefined : { cause })
}

/** What the system's error codes mean to a person who publishes or fetches. */
const DISK: Record<string, [ContentCode, string]> = {
  ENOSPC: ['DISK_FULL', 'the disk is full: free some space, then resume'],
  EDQUOT: ['DISK_FULL', 'your disk quota is used up: free some space, then resume'],
  EFBIG: ['DISK_FULL', 'the file system cannot hold a file of this size'],
  EACCES: ['READ_ONLY', 'no permission here: choose another place or change its permissions'],
  EPERM: ['READ_ONLY', 'no permission here: choose another place or change its permissions'],
  EROFS: ['READ_ONLY', 'this place is read-only: choose another'],
  EEXIST: ['TARGET_EXISTS', 'something of that name is there already: choose another name'],
  ENOTEMPTY: ['TARGET_EXISTS', 'something of that name is there already: choose another name'],
  ENOENT: ['FILE_MISSING', 'there is no such file or folder'],
  ENOTDIR: ['FILE_MISSING', 'a part of this path is not a folder'],
  ENAMETOOLONG: ['BAD_NAME', 'the name is too long for this file system'],
  ELOOP: ['BAD_NAME', 'this is a symbolic link, and links are not followed']
}

/** An error of the file system as one of this package; anything else is returned as it came. */
export function diskError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  const known = DISK[error.code]
  return known ? contentError(known[0], `${path}: ${known[1]}`, error) : error
}
