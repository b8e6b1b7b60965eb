import { randomBytes } from 'node:crypto'
import type { Payload, Topic } from '@borgo/api'

/** Events kept per topic for those who reconnect. */
export const REPLAY_EVENTS = 1_000

/** One event as it is sent: its payload already JSON. */
export interface BusEvent {
  /** `<run of the node>-<number>`; numbers grow over all topics. */
  id: string
  topic: string
  data: string
}

/** What happens in the node, by topic, for everybody who listens through the API. Keep payloads below 4 KiB. */
export interface EventBus {
  publish<T extends Topic>(topic: T, data: Payload<T>): void
  /** True while somebody listens: spares the work of measuring for nobody. */
  isHeard(topic: Topic): boolean
  /**
   * Calls `listener` for every event of `topics` from now on. With `after` (an id), first for those that came since;
   * when they are no longer all here, once with the topic `reset` instead. Returns its undo.
   */
  subscribe(topics: readonly string[], listener: (event: BusEvent) => void, after?: string): () => void
  /** The id of the last event. */
  position(): string
}

interface Kept extends BusEvent {
  number: number
}

export function createEventBus(run = randomBytes(4).toString('hex')): EventBus {
  const rings = new Map<string, Kept[]>()
  const forgotten = new Map<string, number>()
  const subscribers = new Map<(event: BusEvent) => void, readonly string[]>()
  let last = 0
  const idOf = (number: number): string => `${run}-${number}`

  /** Events of `topics` after an id, oldest first; undefined when some are gone. */
  function missed(topics: readonly string[], after: string): Kept[] | undefined {
    const [theirRun, text] = after.split('-')
    const number = Number(text)
    if (theirRun !== run || !Number.isSafeInteger(number) || number > last) return undefined
    if (topics.some(topic => (forgotten.get(topic) ?? 0) > number)) return undefined
    return topics
      .flatMap(topic => rings.get(topic) ?? [])
      .filter(event => event.number > number)
      .sort((a, b) => a.number - b.number)
  }

  return {
    publish(topic, data) {
      last += 1
      const event: Kept = { number: last, id: idOf(last), topic, data: JSON.stringify(data) }
      const ring = rings.get(topic) ?? []
      rings.set(topic, ring)
      ring.push(event)
      if (ring.length > REPLAY_EVENTS) forgotten.set(topic, ring.shift()?.number ?? 0)
      for (const [listener, topics] of subscribers) if (topics.includes(topic)) listener(event)
    },
    isHeard: topic => [...subscribers.values()].some(topics => topics.includes(topic)),
    subscribe(topics, listener, after) {
      if (after !== undefined) {
        const events = missed(topics, after) ?? [{ id: idOf(last), topic: 'reset', data: 'null' }]
        for (const event of events) listener(event)
      }
      subscribers.set(listener, topics)
      return () => subscribers.delete(listener)
    },
    position: () => idOf(last)
  }
}
