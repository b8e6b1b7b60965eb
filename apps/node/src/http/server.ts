import { createServer as createHttpServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Area, Problem } from '@borgo/api'
import type { Logger } from '@borgo/core'
import { fastify, type FastifyInstance, type FastifyRequest, type FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import type { EventBus } from '../events/bus.ts'
import { addArea, type Served } from './area.ts'
import { addConsole } from './console.ts'
import { addEventStream } from './event-stream.ts'
import type { Guard, Incoming } from './guard.ts'
import { SECURITY_HEADERS } from './headers.ts'
import { httpError, problemOf, problemTable } from './problem.ts'
import { validator, type RequestPart } from './validation.ts'

/** Largest JSON body, bytes; raw bodies are streamed and have no limit here. */
const BODY_BYTES = 1_048_576
/** Largest message on a WebSocket, bytes: a paste into a document, which is 4 MiB, and what stands around it. */
const SOCKET_BYTES = 4_259_840
const MAX_CONNECTIONS = 512
/** How long requests may finish when the server closes, ms. */
const GRACE_MS = 2_000

export interface HttpOptions {
  areas: readonly Served[]
  bus: EventBus
  guard: Guard
  log: Logger
  /** Time for the headers of a request to arrive, ms. @default 5,000 */
  headersMs?: number
  /** Time for a JSON body to arrive, ms; raw bodies take as long as they take. @default 10,000 */
  bodyMs?: number
  /** Adds what is no area: the docs page, metrics. */
  extend?: (app: FastifyInstance, areas: readonly Area[]) => void | Promise<void>
  /** Folder of the built console. */
  consoleFolder: string
}

/** Names under which this server answers; every other path belongs to the console. */
const RESERVED = /^\/(api|assets|metrics|docs)([/?]|$)/

export interface HttpServer {
  /** A listener-to-be for a port. */
  forPort(): Server
  /** A listener-to-be for a Unix socket: whoever can open it is this user, so it asks for no credentials. */
  forSocket(): Server
  /** Answers so far by status. */
  answered: ReadonlyMap<number, number>
  /** Ends what is still open and waits for it. */
  close(): Promise<void>
}

/** The HTTP side of the node, not listening yet. */
export async function createHttp(options: HttpOptions): Promise<HttpServer> {
  const { areas, bus, guard, log, extend, consoleFolder, headersMs = 5_000, bodyMs = 10_000 } = options
  const httpOptions = {
    headersTimeout: headersMs,
    // It would also end long uploads.
    requestTimeout: 0,
    // Node looks for late headers only this often, every 30 s unless told.
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384
  }
  const table = problemTable(areas.map(({ area }) => area))
  const topics = new Set(areas.flatMap(({ area }) => Object.keys(area.events)))
  const answered = new Map<number, number>()
  const viaSocket = new WeakSet<Socket>()
  const servers: Server[] = []
  /** Node no longer counts a connection to its server once it asked for an upgrade. */
  const upgraded = new Set<Duplex>()
  let counter = 0

  const app = fastify({
    bodyLimit: BODY_BYTES,
    genReqId: () => `r${(counter += 1)}`,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 256 },
    return503OnClosing: false,
    // Set below; without these, Fastify would load its own, which is 250 modules.
    schemaController: { compilersFactory: { buildValidator: setBelow, buildSerializer: setBelow } },
    serverFactory: handler => createHttpServer(httpOptions, handler)
  })
  app.decorateRequest('admitted', null)
  acceptOnlyJsonAndBytes(app)
  app.setValidatorCompiler(compileCheck)
  app.setSerializerCompiler(() => value => JSON.stringify(value))

  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS)
    if (!request.url.startsWith('/assets/')) void reply.header('cache-control', 'no-store')
    const scope = isConsolePath(request) ? 'public' : (request.routeOptions.config.scope ?? 'read')
    request.admitted = guard.admit(incoming(request, viaSocket), scope) ?? null
    done()
  })
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.routeOptions.bodyLimit === BODY_BYTES && hasBody(request.headers)) {
      const timer = setTimeout(() => request.raw.destroy(), bodyMs)
      request.raw.once('end', () => clearTimeout(timer))
      reply.raw.once('close', () => clearTimeout(timer))
    }
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    answered.set(reply.statusCode, (answered.get(reply.statusCode) ?? 0) + 1)
    if (request.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.destroySoon()
    // The path without its query: nothing that a caller sent is kept but that.
    const path = request.routeOptions.url ?? 'none'
    log.debug('answered', { id: request.id, method: request.method, path, status: reply.statusCode })
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, table, request.id)
    if (problem.status >= 500 && error instanceof Error) logFailure(log, problem, error)
    return reply.code(problem.status).type('application/problem+json').send(problem)
  })
  const areasOnly = areas.map(({ area }) => area)
  const upgrades = areasOnly.some(hasSockets)
  if (upgrades) {
    const { default: websocket } = await import('@fastify/websocket')
    await app.register(websocket, { options: { maxPayload: SOCKET_BYTES } })
  }
  await app.register(scoped => {
    for (const served of areas) addArea(scoped, served, guard)
    addEventStream(scoped, { bus, guard, known: topics })
  })
  await extend?.(app, areasOnly)
  await app.register(async scoped => {
    const startPage = await addConsole(scoped, consoleFolder)
    app.setNotFoundHandler((request, reply) => {
      if (isConsolePath(request)) return startPage(reply)
      throw httpError('NOT_FOUND', 'nothing is served here')
    })
  })
  await app.ready()

  function listener(): Server {
    const server = createHttpServer(httpOptions, (request, response) => app.routing(request, response))
    server.maxConnections = MAX_CONNECTIONS
    if (upgrades)
      server.on('upgrade', (request, socket, head) => {
        upgraded.add(socket)
        socket.once('close', () => upgraded.delete(socket))
        app.server.emit('upgrade', request, socket, head)
      })
    servers.push(server)
    return server
  }
  return {
    forPort: listener,
    forSocket: () => listener().on('connection', (socket: Socket) => viaSocket.add(socket)),
    answered,
    async close() {
      const closed = Promise.all(servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))))
      // Ends event streams and WebSockets; then requests that are being answered have a moment to finish.
      await app.close()
      for (const server of servers) server.closeIdleConnections()
      const cutOff = setTimeout(() => {
        for (const server of servers) server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }, GRACE_MS)
      await closed
      clearTimeout(cutOff)
    }
  }
}

const setBelow = (): never => {
  throw new TypeError('compilers of schemas are set before any schema is there')
}

/** Makes the check of one part of a request. */
const compileCheck: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validate = validator(schema, httpPart as RequestPart)
  return value => {
    const result = validate(value)
    return 'value' in result ? result : { error: Object.assign(new Error('invalid'), { validation: result.failures }) }
  }
}

/** A page of the console's own, which no route here serves. */
function isConsolePath({ is404, method, url }: FastifyRequest): boolean {
  return is404 && (method === 'GET' || method === 'HEAD') && !RESERVED.test(url)
}

/** Fastify would also take text/plain, which a form of any web page can send. */
function acceptOnlyJsonAndBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
}

function incoming({ headers, raw }: FastifyRequest, viaSocket: WeakSet<Socket>): Incoming {
  const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)
  return {
    socket: viaSocket.has(raw.socket),
    host: headers.host,
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
    cookie: headers.cookie,
    authorization: headers.authorization
  }
}

/** Without one its end is never seen, and a long answer would be taken for a slow body; RFC 9112 section 6.3. */
function hasBody(headers: FastifyRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function hasSockets({ routes }: Area): boolean {
  return Object.values(routes).some(({ response }) => response === 'socket')
}

function logFailure(log: Logger, problem: Problem, error: Error): void {
  log.error('a request failed', { id: problem.request, code: problem.code, error: error.stack ?? String(error) })
}
