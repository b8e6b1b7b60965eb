import type { Static, TSchema } from 'typebox'
import type { api } from './api.ts'
import type { Area } from './route.ts'

type EventsOf<Areas extends Readonly<Record<string, Area>>> = UnionToIntersection<Areas[keyof Areas]['events']>
type UnionToIntersection<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer I) => void
  ? I
  : never
type Schemas = EventsOf<typeof api>

/** What can be listened to. */
export type Topic = keyof Schemas & string

/** Payload of a topic. */
export type Payload<T extends Topic> = Schemas[T] extends TSchema ? Static<Schemas[T]> : never

/**
 * One event. `reset` means that events were missed (the node restarted, or the pause was too long for its buffer):
 * read the state again.
 */
export type ApiEvent<T extends Topic = Topic> = { [K in T]: { topic: K; id: string; data: Payload<K> } }[T] | Reset
export interface Reset {
  topic: 'reset'
  id: string
  data: null
}

/** A frame of `text/event-stream`, not yet checked. */
export interface Frame {
  id: string
  event: string
  data: string
}

/** Splits a stream of text into frames; https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export async function* frames(chunks: AsyncIterable<string>): AsyncIterable<Frame> {
  let rest = ''
  for await (const chunk of chunks) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const frame = parseFrame(block)
      if (frame) yield frame
    }
  }
}

/** A block of comments (a heartbeat) is no frame; one without data only says where the stream stands. */
function parseFrame(block: string): Frame | undefined {
  const fields = { id: '', event: '', data: '' }
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (name === 'id' || name === 'event' || name === 'data') fields[name] = line.slice(colon + 1).trimStart()
  }
  return fields.id === '' ? undefined : fields
}
