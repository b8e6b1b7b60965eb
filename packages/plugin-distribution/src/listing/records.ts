import type { Channel, RecordKind } from '@borgo/core'
import { cidFrom, parseContentId, RAW } from '../content-id.ts'
import type { ContentId } from '../content-id.ts'
import { LEAF_BYTES } from '../unixfs/layout.ts'
import { checkName } from '../unixfs/name.ts'

/** What a member publishes to a group. */
export interface ContentRecord {
  cid: ContentId
  /** A safe file name, see `checkName`. */
  name: string
  /** Of all its files. */
  bytes: number
  /** How many files a folder has; absent for a single file. */
  files?: number
  /** As the publisher says: a claim. */
  mime?: string
}

/** Takes back what an account published; an admin's takes back everybody's. */
export interface WithdrawRecord {
  cid: ContentId
}

/** Said by a member that has begun to have a content, or has all of it now. */
export interface HolderNotice {
  cid: ContentId
}

/** RFC 6838: type and subtype of at most 127 characters each. */
const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i

export const CONTENT: RecordKind<ContentRecord> = {
  name: 'distribution/content',
  role: 'writer',
  maxBytes: 1_024,
  parse(value) {
    const { cid: text, name, bytes, files, mime } = fieldsOf(value)
    const cid = asCid(text)
    if (mime !== undefined && !isMime(mime)) throw new TypeError('not a media type')
    if (cidFrom(cid).code === RAW && (files !== undefined || asCount(bytes) > LEAF_BYTES))
      throw new TypeError('more than one leaf can be')
    return {
      cid,
      name: checkName(asText(name)),
      bytes: asCount(bytes),
      ...(files === undefined ? {} : { files: asCount(files) }),
      ...(mime === undefined ? {} : { mime })
    }
  },
  text: ({ name }) => ({ name })
}

export const WITHDRAW: RecordKind<WithdrawRecord> = {
  name: 'distribution/withdraw',
  role: 'writer',
  maxBytes: 256,
  parse: value => ({ cid: asCid(fieldsOf(value).cid) })
}

export const HOLDER: Channel<HolderNotice> = {
  name: 'distribution/holder',
  role: 'reader',
  maxBytes: 256,
  parse: value => ({ cid: asCid(fieldsOf(value).cid) })
}

export function isMime(value: unknown): value is string {
  return typeof value === 'string' && MIME.test(value)
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('not a map')
  return { ...value }
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not text')
  return value
}

function asCid(value: unknown): ContentId {
  const text = asText(value)
  const cid = parseContentId(text)
  if (cid !== text) throw new TypeError('not a content id in its usual spelling')
  return cid
}

function asCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError('not a count')
  return value
}
