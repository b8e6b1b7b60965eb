import type { KadDHTComponents } from '@libp2p/kad-dht'
import { Record } from '@libp2p/kad-dht'
import { NotFoundError } from '@libp2p/interface'
import { base32 } from 'multiformats/bases/base32'
import { placeIn } from '../shelf.ts'
import type { Shelf } from '../shelf.ts'
import { decodeItems, encodeItems } from './dht-value.ts'

type Datastore = KadDHTComponents['datastore']

/**
 * The shelf as the datastore that kad-dht writes to. kad-dht overwrites what it has with what it is sent; the shelf keeps
 * the newest item of each slot instead, whatever came last. Provider records, which nobody signs, are not kept.
 */
export function shelfStore(shelf: Shelf): Datastore {
  const used: Pick<Datastore, 'get' | 'put' | 'delete' | 'query'> = {
    async put(key, value) {
      if (!isRecord(key)) return key
      const { key: name, value: list } = Record.deserialize(value)
      const place = placeIn(name)
      if (place) for (const item of decodeItems(list)) shelf.add(place, item)
      return key
    },
    async get(key) {
      const name = isRecord(key) ? base32.baseDecode(key.name()) : new Uint8Array()
      const place = placeIn(name)
      const items = place ? shelf.items(place) : []
      if (items.length === 0) throw new NotFoundError('nothing is kept under this key')
      return new Record(name, encodeItems(items), new Date()).serialize()
    },
    /** The shelf forgets by itself. */
    async delete() {},
    async *query() {}
  }
  // kad-dht calls no other method.
  return used as Datastore
}

const isRecord = (key: Parameters<Datastore['get']>[0]): boolean => key.parent().name() === 'record'
