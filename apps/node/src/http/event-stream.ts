import type { ServerResponse } from 'node:http'
import { API_PREFIX } from '@borgo/api'
import type { FastifyInstance } from 'fastify'
import type { EventBus } from '../events/bus.ts'
import type { Guard } from './guard.ts'
import { httpError } from './problem.ts'

/** A comment is sent this often, so that both ends notice a dead connection, ms. */
const HEARTBEAT_MS = 15_000
/** A listener that lets this much pile up is cut off; it resumes when it reads again. */
const BACKLOG_BYTES = 1_048_576

/** `GET /events?topics=a,b`: server-sent events, resumed by Last-Event-ID. */
export function addEventStream(
  app: FastifyInstance,
  { bus, guard, known }: { bus: EventBus; guard: Guard; known: ReadonlySet<string> }
): void {
  const open = new Set<ServerResponse>()
  app.addHook('preClose', done => {
    for (const raw of open) raw.end()
    done()
  })
  app.get(`${API_PREFIX}/events`, { config: { scope: 'read' } }, (request, reply) => {
    const { topics: text } = request.query as Record<string, unknown>
    const topics = typeof text === 'string' ? text.split(',') : []
    const strange = topics.find(topic => !known.has(topic))
    if (topics.length === 0 || strange !== undefined)
      throw httpError('BAD_REQUEST', `name topics: ?topics=a,b out of ${[...known].sort().join(', ')}`)
    const after = request.headers['last-event-id']

    reply.hijack()
    const { raw } = reply
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    const write = (text: string): void => {
      raw.write(text)
      if (raw.writableLength > BACKLOG_BYTES) raw.destroy()
    }

    raw.flushHeaders()
    // The position alone, so that a listener who hears nothing before it loses the connection can still resume.
    if (after === undefined) write(`id: ${bus.position()}\n\n`)
    const undo = bus.subscribe(
      topics,
      ({ id, topic, data }) => write(`id: ${id}\nevent: ${topic}\ndata: ${data}\n\n`),
      Array.isArray(after) ? after[0] : after
    )
    const heartbeat = setInterval(() => write(': beat\n\n'), HEARTBEAT_MS)
    const unguard = guard.whenOver(request.admitted, () => raw.destroy())
    open.add(raw)
    raw.once('close', () => {
      open.delete(raw)
      clearInterval(heartbeat)
      unguard()
      undo()
    })
  })
}
