import { decodeCanonical, encodeCanonical, readBytes, readMap, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { accountIdOf, accountKey } from '../ids.ts'
import type { PeerId } from '../ids.ts'
import type { Protocol } from '../stream.ts'
import { checkLabel, nameText } from './name.ts'
import type { Name } from './name.ts'
import { MAX_RECORD_BYTES, readSignedName } from './record.ts'
import type { SignedName } from './record.ts'

/** Asks a connected device what it says of one name itself: one question, a record in each answer, an end. */
export const NAMES: Protocol = {
  id: '/borgo/core/names/1',
  access: 'anyone',
  maxMessageBytes: MAX_RECORD_BYTES,
  maxStreamsPerPeer: 8,
  idleMs: 10_000
}
/** On the link, and for everybody. */
export const MAX_ANSWERS = 2

export const encodeQuestion = ({ account, label }: Name): Uint8Array =>
  encodeCanonical({ account: accountKey(account), label })

/** Throws BAD_MESSAGE. */
export function decodeQuestion(bytes: Uint8Array): Name {
  return readingAs('BAD_MESSAGE', 'a question', () => {
    const { account, label } = readMap(decodeCanonical(bytes), 'account', 'label')
    return { account: accountIdOf(readBytes(account, 32)), label: checkLabel(label) }
  })
}

/** Checks an answer to a question; throws BAD_MESSAGE. */
export function decodeAnswer(bytes: Uint8Array, name: Name, from: PeerId): SignedName {
  return readingAs('BAD_MESSAGE', 'an answer', () => {
    const signed = readSignedName(bytes)
    const { record, place } = signed
    if (record.device !== from || record.name !== nameText(name) || (place !== 'link' && place !== 'global'))
      throw coreError('BAD_MESSAGE', 'not what was asked for')
    return signed
  })
}
