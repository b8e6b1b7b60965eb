import type { Clock } from '../../clock.ts'
import { coreError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { merge } from '../../merge.ts'
import type { Source } from '../../merge.ts'
import type { Dht, DhtTable } from '../dht.ts'
import { createShelf } from '../shelf.ts'
import type { Place } from '../shelf.ts'
import { table } from './dht-table.ts'
import type { Table, TableOptions } from './dht-table.ts'

/** Whether a node takes part in the DHT: not, by asking only, or as far as it can. */
export type DhtMode = 'off' | 'client' | 'auto'

/** The DHT of one node: two tables, which share a shelf. */
export interface Libp2pDht extends Dht {
  /** Joins; once, with the node that has just started. */
  start(deps: Pick<TableOptions, 'node' | 'links' | 'dial' | 'isMember' | 'onOffence'>): Promise<void>
  stop(): Promise<void>
}

const OFF: DhtTable = { mode: 'off', peers: 0 }

export function createDht(options: { mode: DhtMode; self: Uint8Array; clock: Clock; logger: Logger }): Libp2pDht {
  const { mode, self, clock, logger } = options
  const shelf = createShelf(self, clock)
  const namespaces = new Set<string>()
  let tables: { lan: Table; wan: Table } | undefined
  let phase: 'new' | 'running' | 'stopped' = 'new'

  const running = (): Table[] => {
    if (phase === 'running') return tables ? [tables.lan, tables.wan] : []
    throw phase === 'stopped'
      ? coreError('STOPPED', 'the network is stopped')
      : coreError('NOT_STARTED', 'the network is not started')
  }
  /** Nodes come and go: what a table could not finish is left out. */
  const unfinished = (error: unknown): void => logger.debug('the DHT gave up', { error: String(error) })

  const putInto = async (one: Table, place: Place, item: Uint8Array, signal?: AbortSignal): Promise<number> => {
    try {
      return await one.put(place, item, signal)
    } catch (error) {
      signal?.throwIfAborted()
      unfinished(error)
      return 0
    }
  }
  const answersOf = (one: Table, place: Place): Source<Uint8Array[]> =>
    async function* (signal) {
      try {
        yield* one.get(place, signal)
      } catch (error) {
        signal.throwIfAborted()
        unfinished(error)
      }
    }

  return {
    async start(deps) {
      if (mode !== 'off') {
        tables = {
          lan: table({ ...deps, mode, shelf, reach: 'lan' }),
          wan: table({ ...deps, mode, shelf, reach: 'wan' })
        }
        for (const one of [tables.lan, tables.wan]) {
          for (const namespace of namespaces) one.define(namespace)
          await one.start()
        }
      }
      phase = 'running'
    },
    async stop() {
      phase = 'stopped'
      await Promise.all([tables?.lan.stop(), tables?.wan.stop()])
    },
    define(namespace, inspect) {
      const undo = shelf.define(namespace, inspect)
      namespaces.add(namespace)
      tables?.lan.define(namespace)
      tables?.wan.define(namespace)
      return undo
    },
    async put(namespace, key, item, { signal } = {}) {
      const place = { namespace, key }
      const all = running()
      signal?.throwIfAborted()
      shelf.inspect(place, item)
      if (all.length > 0) shelf.add(place, item)
      const taken = await Promise.all(all.map(one => putInto(one, place, item, signal)))
      return taken.reduce((sum, count) => sum + count, 0)
    },
    async *get(namespace, key, { signal } = {}) {
      const place = { namespace, key }
      const seen = new Set<string>()
      const own: Source<Uint8Array[]> = async function* () {
        yield shelf.items(place)
      }
      for await (const items of merge([own, ...running().map(one => answersOf(one, place))], signal))
        for (const item of items) {
          const text = Buffer.from(item).toString('latin1')
          if (seen.has(text)) continue
          seen.add(text)
          yield item
        }
    },
    status: () => ({ lan: tables?.lan.status() ?? OFF, wan: tables?.wan.status() ?? OFF, ...shelf.size() })
  }
}
