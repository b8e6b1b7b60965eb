import { decodeCanonical, encodeCanonical, readBytes, readList, readingAs } from '../../canonical.ts'
import { MAX_ITEMS, MAX_ITEM_BYTES, MAX_KEY_BYTES } from '../dht.ts'

/** What lies under one key of the DHT: a list of items, in DAG-CBOR. */
export const encodeItems = (items: readonly Uint8Array[]): Uint8Array => encodeCanonical(items)

/** CBOR says the length of each item and of the list. */
const MAX_VALUE_BYTES = MAX_KEY_BYTES + 3 * (MAX_ITEMS + 1)

/** Throws BAD_RECORD. */
export function decodeItems(bytes: Uint8Array): Uint8Array[] {
  return readingAs('BAD_RECORD', 'a list of items', () =>
    readList(decodeCanonical(readBytes(bytes, 1, MAX_VALUE_BYTES)), MAX_ITEMS, item =>
      readBytes(item, 1, MAX_ITEM_BYTES)
    )
  )
}
