import { createHash } from 'node:crypto'
import type { PeerId, RecordId } from '@borgo/core'

/** Editing sessions that one device may open in one document, ever: a number is never given out twice (ADR 16). */
export const MAX_SESSIONS = 1_048_576

/**
 * The Yjs client id of one editing session: the first 53 bits of a SHA-256 over document, device and session, so that
 * every replica can tell whose text it is and nobody writes under another's id. 53 bits is all that Yjs can carry.
 */
export function clientOf(document: RecordId, device: PeerId, session: number): number {
  const digest = createHash('sha256').update(`borgo/collab/client\0${document}\0${device}\0${session}`).digest()
  return Number(digest.readBigUInt64BE() >> 11n)
}
