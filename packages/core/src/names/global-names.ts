import { createHash } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import { coreError } from '../errors.ts'
import { accountKey } from '../ids.ts'
import type { Dht, Inspected } from '../transport/dht.ts'
import { MAX_ITEM_MS } from '../transport/dht.ts'
import type { Name } from './name.ts'
import { readSignedName } from './record.ts'
import type { SignedName } from './record.ts'

const NAMESPACE = 'borgo-name'

/** Longest lifetime of a global name, ms. */
export const MAX_GLOBAL_LIFETIME_MS = MAX_ITEM_MS

/** Names in the DHT: under the hash of the name, one item for each device that has it. */
export interface GlobalNames {
  /** Resolves to how many other nodes took it. */
  publish(signed: SignedName, signal: AbortSignal): Promise<number>
  find(name: Name, signal: AbortSignal): AsyncIterable<SignedName>
  stop(): void
}

export function globalNames(dht: Dht): GlobalNames {
  const stop = dht.define(NAMESPACE, inspectName)
  return {
    publish: ({ record, bytes }, signal) => dht.put(NAMESPACE, nameKey(record), bytes, { signal }),
    async *find(name, signal) {
      for await (const item of dht.get(NAMESPACE, nameKey(name), { signal })) yield readSignedName(item)
    },
    stop
  }
}

/** What may lie under a name: only what a device certified by the name's own account says of it. Throws BAD_RECORD. */
export function inspectName(key: Uint8Array, item: Uint8Array): Inspected {
  const { record, place } = readSignedName(item)
  if (place !== 'global' || !equals(key, nameKey(record)))
    throw coreError('BAD_RECORD', 'another name, or not for everybody')
  return { slot: record.device, sequence: record.sequence, expiresAt: record.expiresAt }
}

/** Where a name lies in the DHT. */
export function nameKey({ account, label }: Name): Uint8Array {
  return createHash('sha256').update('borgo/name/1\0').update(accountKey(account)).update(label).digest()
}
