import { foundNames, type NameRecord, type NameSearchEnd } from '@borgo/api'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../api/client.ts'

export type SearchQuery = Parameters<typeof client.names.resolve>[0]['query']

/** A search for a name, while it goes on and after. */
export interface Search {
  query: SearchQuery
  /** The newest of each device in each place, in the order in which they came. */
  records: NameRecord[]
  state: 'running' | 'stopped' | NameSearchEnd['end'] | 'failed'
  error?: unknown
}

/** One search at a time: a new one ends the one before, and so does leaving the page. */
export function useSearch() {
  const [search, setSearch] = useState<Search>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const run = async (query: SearchQuery, signal: AbortSignal): Promise<void> => {
    const change = (next: (search: Search) => Partial<Search>): void => {
      if (!signal.aborted) setSearch(search => search && { ...search, ...next(search) })
    }
    try {
      const found = foundNames(await client.names.resolve({ query, signal }))
      let next = await found.next()
      for (; !next.done; next = await found.next()) {
        const record = next.value
        change(({ records }) => ({ records: [...records.filter(one => placeOf(one) !== placeOf(record)), record] }))
      }
      const end = next.value
      if (end === undefined) throw new TypeError('the answer has no end')
      change(() => ({ state: end }))
    } catch (error) {
      change(() => ({ state: 'failed', error }))
    }
  }
  return {
    search,
    start(query: SearchQuery): void {
      running.current?.abort()
      const controller = new AbortController()
      running.current = controller
      setSearch({ query, records: [], state: 'running' })
      void run(query, controller.signal)
    },
    stop(): void {
      running.current?.abort()
      setSearch(search => search && { ...search, state: 'stopped' })
    }
  }
}

/** Names one device in one place. */
export function placeOf({ device, scope, group = '' }: NameRecord): string {
  return `${scope} ${group} ${device}`
}
