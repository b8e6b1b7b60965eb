import { code as DAG_PB } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { contentError } from './errors.ts'

declare const brand: unique symbol
/** A file or folder: its IPFS CID in base32, `bafybei…` or, for a file of at most 1 MiB, `bafkrei…`. */
export type ContentId = string & { readonly [brand]: 'ContentId' }

/** Multicodec `raw`: a leaf. */
export const RAW = 0x55
export { DAG_PB }
/** Multicodec `sha2-256`. */
const SHA256 = 0x12
export const DIGEST_BYTES = 32

/** The CID of a raw leaf or dag-pb node whose SHA-256 is `digest`. */
export function cidOf(codec: typeof RAW | typeof DAG_PB, digest: Uint8Array): CID {
  return CID.createV1(codec, Digest.create(SHA256, digest))
}

export function contentIdOf(cid: CID): ContentId {
  return cid.toString() as ContentId
}

/** True for what profile `unixfs-v1-2025` makes: CIDv1, SHA-256, raw or dag-pb. */
export function isOfProfile(cid: CID): boolean {
  return (
    cid.version === 1 &&
    cid.multihash.code === SHA256 &&
    cid.multihash.digest.length === DIGEST_BYTES &&
    (cid.code === RAW || cid.code === DAG_PB)
  )
}

/** Checks text from outside; throws BAD_CID. */
export function parseContentId(text: string): ContentId {
  return contentIdOf(cidFrom(text))
}

/** The CID of text from outside; throws BAD_CID. */
export function cidFrom(text: string): CID {
  const shown = JSON.stringify(text.slice(0, 80))
  let cid: CID
  try {
    cid = CID.parse(text)
  } catch (cause) {
    throw contentError('BAD_CID', `not a content id: ${shown}`, cause)
  }
  if (!isOfProfile(cid)) throw contentError('BAD_CID', `not a CIDv1 of a file or folder with SHA-256: ${shown}`)
  return cid
}
