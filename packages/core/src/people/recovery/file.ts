import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readChoice,
  readList,
  readMap,
  readingAs
} from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import { checkPassphrase, decodeKeyFile, encodeKeyFile, protect, unprotect } from '../../identity/key-file.ts'
import type { KeyFile, KeyFormat } from '../../identity/key-file.ts'
import { encodePlace, readPlace } from '../devices/place.ts'
import type { Place } from '../devices/place.ts'
import { MAX_PLACES } from './protocol.ts'

const RECOVERY: KeyFormat = {
  name: 'borgo-recovery',
  note: 'With its passphrase, this file makes a new device of yours on an empty node. Keep both, apart from each other.',
  maxBytes: 32 * 2 ** 20
}

/** All that it takes to come back. */
export interface Recovery {
  accountSeed: Uint8Array
  /** The person's display name. */
  name: string
  places: Place[]
}

/** The text of a recovery file, encrypted under a passphrase of its own. Throws TypeError for an empty one. */
export async function encodeRecovery({ accountSeed, name, places }: Recovery, passphrase: string): Promise<string> {
  checkPassphrase(passphrase)
  const value = { v: 1, accountSeed, places: places.slice(0, MAX_PLACES).map(encodePlace) }
  return encodeKeyFile(RECOVERY, { name, ...(await protect(encodeCanonical(value), passphrase)) })
}

/** Reads what `encodeRecovery` wrote. Throws BAD_RECOVERY, BAD_PASSPHRASE. */
export async function decodeRecovery(text: string, passphrase: string): Promise<Recovery> {
  const file = readingAs('BAD_RECOVERY', 'a whole recovery file', (): KeyFile => {
    if (text.length > RECOVERY.maxBytes) throw coreError('BAD_MESSAGE', 'it is too long')
    const found = decodeKeyFile(RECOVERY, text)
    if (!found.protection) throw coreError('BAD_MESSAGE', 'it is not encrypted')
    return found
  })
  const plain = await unprotect(file, passphrase)
  return readingAs('BAD_RECOVERY', 'a recovery file of this version', () => {
    const fields = readMap(decodeCanonical(plain), 'v', 'accountSeed', 'places')
    readChoice(fields.v, 1)
    const accountSeed = readBytes(fields.accountSeed, 32)
    return { accountSeed, name: file.name, places: readList(fields.places, MAX_PLACES, readPlace) }
  })
}
