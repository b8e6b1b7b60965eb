import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { abortable } from '../transport/abortable.ts'
import type { Dht } from '../transport/dht.ts'
import { createShelf, tableKey } from '../transport/shelf.ts'
import type { Place, Shelf } from '../transport/shelf.ts'

/** Nodes that keep an item; as over libp2p. */
const KEEPERS = 20

export interface MemoryDht extends Dht {
  readonly peer: PeerId
  /** Where it is in the table. */
  readonly at: Uint8Array
  /** What `from` puts here. */
  keep(place: Place, items: readonly Uint8Array[], from: PeerId): void
  items(place: Place): Uint8Array[]
}

export interface MemoryDhtOptions {
  peer: PeerId
  clock: Clock
  /** The nodes that are connected to this one now, directly or through each other; throws when it does not run. */
  others(): MemoryDht[]
  /** A message on its way there and its answer. */
  roundTrip(): Promise<void>
  onOffence(from: PeerId, reason: string): void
}

/**
 * The distributed table among the nodes of one memory network: every node keeps and checks on its own what lies near it,
 * and only those that are connected in some way hear of each other.
 */
export function memoryDht(options: MemoryDhtOptions): MemoryDht {
  const { peer, clock, others, roundTrip, onOffence } = options
  const shelf: Shelf = createShelf(new TextEncoder().encode(peer), clock)

  const near = (place: Place): MemoryDht[] => {
    const at = hash(tableKey(place))
    return others()
      .map(node => ({ node, far: distance(node.at, at) }))
      .sort((a, b) => Buffer.compare(a.far, b.far))
      .slice(0, KEEPERS)
      .map(({ node }) => node)
  }

  return {
    peer,
    at: hash(peer),
    define: (namespace, inspect) => shelf.define(namespace, inspect),
    keep(place, items, from) {
      try {
        for (const item of items) shelf.add(place, item)
      } catch (error) {
        if (!hasCode(error, 'BAD_RECORD')) throw error
        onOffence(from, 'DHT')
      }
    },
    items: place => shelf.items(place),
    async put(namespace, key, item, { signal } = {}) {
      const place = { namespace, key }
      const keepers = near(place)
      signal?.throwIfAborted()
      shelf.add(place, item)
      await abortable(roundTrip(), signal)
      for (const keeper of keepers) keeper.keep(place, [item.slice()], peer)
      return keepers.length
    },
    async *get(namespace, key, { signal } = {}) {
      const place = { namespace, key }
      const seen = new Set<string>()
      const keepers = near(place)
      const fresh = (items: readonly Uint8Array[]): Uint8Array[] =>
        items.filter(item => {
          const text = Buffer.from(item).toString('latin1')
          return !seen.has(text) && seen.add(text)
        })
      signal?.throwIfAborted()
      yield* fresh(shelf.items(place))
      for (const keeper of keepers) {
        await abortable(roundTrip(), signal)
        try {
          for (const item of keeper.items(place)) shelf.inspect(place, item)
        } catch (error) {
          if (!hasCode(error, 'BAD_RECORD')) throw error
          onOffence(keeper.peer, 'DHT answer')
          continue
        }
        yield* fresh(keeper.items(place))
      }
    },
    status: () => ({
      lan: { mode: 'server', peers: connected(others) },
      wan: { mode: 'off', peers: 0 },
      ...shelf.size()
    })
  }
}

/** None of a network that does not run. */
function connected(others: () => MemoryDht[]): number {
  try {
    return others().length
  } catch (error) {
    if (hasCode(error, 'NOT_STARTED', 'STOPPED')) return 0
    throw error
  }
}

function distance(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
}

const hash = (of: string | Uint8Array): Buffer => createHash('sha256').update(of).digest()
