import type { Readable } from 'node:stream'
import { API_PREFIX, scopeOf, type Area, type Input, type Output, type Route, type Scope } from '@borgo/api'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Admitted, Guard } from './guard.ts'
import { httpError } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the guard asks for. @default 'read' */
    scope?: Scope
  }
  interface FastifyRequest {
    /** Who the guard let in; null on a public route without credentials. */
    admitted: Admitted | null
  }
}

/** What a handler may need beside its input. */
export interface Call {
  /** Aborts when the caller went away before the answer. */
  signal: AbortSignal
  admitted: Admitted | null
  request: FastifyRequest
  reply: FastifyReply
}

/** The answer of a `bytes` route. */
export interface BytesAnswer {
  body: Readable | Uint8Array
  /** @default 200 */
  status?: 200 | 206 | 304 | 416
  /** At least content-type; content-length when known. */
  headers: Record<string, string | number>
}

/** As `Input`, with a Node stream where the client gives raw bytes. */
export type Received<R extends Route> = R extends { body: 'bytes' }
  ? Omit<Input<R>, 'body'> & { body: Readable }
  : Input<R>

type Answer<R extends Route> = R extends { response: infer S }
  ? S extends 'bytes' | 'socket'
    ? BytesAnswer
    : S extends TSchema
      ? Static<S>
      : never
  : Output<R> | void

/** Serves one route; throw an error whose code the area lists for a refusal. */
export type RouteHandler<R extends Route> = R extends { response: 'socket' }
  ? (input: Received<R>, socket: WebSocket, call: Omit<Call, 'reply'>) => void | Promise<void>
  : (input: Received<R>, call: Call) => Answer<R> | Promise<Answer<R>>

/** One handler for every route of an area. */
export type Handlers<A extends Area> = { readonly [Name in keyof A['routes']]: RouteHandler<A['routes'][Name]> }

/** An area together with the code behind it. */
export interface Served {
  area: Area
  handlers: Readonly<Record<string, unknown>>
}

/** Pairs an area with its handlers, checked against each other. */
export function serve<A extends Area>(area: A, handlers: Handlers<A>): Served {
  return { area, handlers }
}

type AnyHandler = (input: object, call: Call) => unknown
type AnySocketHandler = (input: object, socket: WebSocket, call: Omit<Call, 'reply'>) => unknown

/** User content is never shown as part of the console, whatever its type claims. */
const BYTES_HEADERS = {
  'content-disposition': 'attachment',
  'content-security-policy': "sandbox; default-src 'none'",
  'cache-control': 'private, no-cache'
}

/** What a WebSocket is closed with when its session or token is over: policy violation, RFC 6455. */
const NOT_ALLOWED = 1008

/** Turns the routes of an area into Fastify routes. */
export function addArea(app: FastifyInstance, { area, handlers }: Served, guard: Guard): void {
  for (const [name, route] of Object.entries(area.routes)) {
    const handler = handlers[name]
    if (typeof handler !== 'function') throw new TypeError(`${area.name}.${name} has no handler`)
    addRoute(app, route, handler as AnyHandler & AnySocketHandler, guard)
  }
}

function addRoute(app: FastifyInstance, route: Route, handler: AnyHandler & AnySocketHandler, guard: Guard): void {
  const { body, params, query, response, method, path } = route
  const shared = {
    method,
    url: API_PREFIX + path,
    config: { scope: scopeOf(route) },
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body !== undefined && body !== 'bytes' && { body })
    },
    ...(body === 'bytes' && { bodyLimit: Number.MAX_SAFE_INTEGER }),
    onRequest: (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
      done(mediaTypeError(request, body))
    }
  }
  if (response === 'socket') {
    app.route({
      ...shared,
      method: 'GET',
      handler: () => {
        throw httpError('BAD_REQUEST', 'this route speaks WebSocket')
      },
      wsHandler: async (socket, request) => {
        const controller = new AbortController()
        const unguard = guard.whenOver(request.admitted, () => {
          socket.close(NOT_ALLOWED)
          // It would be heard until it says goodbye as well.
          socket.terminate()
        })
        socket.once('close', () => {
          unguard()
          controller.abort()
        })
        const call = { signal: controller.signal, admitted: request.admitted, request }
        try {
          await handler(inputOf(request), socket, call)
        } catch (error) {
          request.log.error(error)
          socket.close(1011)
        }
      }
    })
    return
  }
  app.route({
    ...shared,
    handler: async (request, reply) => {
      const controller = new AbortController()
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) controller.abort()
      })
      const call = { signal: controller.signal, admitted: request.admitted, request, reply }
      const answer = await handler(inputOf(request), call)
      if (response === 'bytes') {
        const { body, status = 200, headers } = answer as BytesAnswer
        return reply
          .code(status)
          .headers({ ...BYTES_HEADERS, ...headers })
          .send(body)
      }
      return reply.code(route.status ?? (response ? 200 : 204)).send(answer)
    }
  })
}

function inputOf({ params, query, body }: FastifyRequest): object {
  return { params, query, body }
}

/** A body of another type than the route takes is refused before it is read. */
function mediaTypeError({ headers }: FastifyRequest, body: Route['body']): Error | undefined {
  const wanted = body === 'bytes' ? 'application/octet-stream' : 'application/json'
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const refused = body === undefined ? type !== undefined && type !== 'application/json' : type !== wanted
  return refused ? httpError('UNSUPPORTED_MEDIA_TYPE', `send ${wanted}, not ${type ?? 'nothing'}`) : undefined
}
