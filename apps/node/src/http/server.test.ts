import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { area, createClient } from '@borgo/api'
import { BorgoError, type Logger } from '@borgo/core'
import { manualClock, memoryStores, seededRandom } from '@borgo/core/testing'
import { Type } from 'typebox'
import { WebSocket } from 'undici'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { socketFetch } from '../cli/socket-fetch.ts'
import { createEventBus, type EventBus } from '../events/bus.ts'
import { createAccessStore, type AccessStore } from './access.ts'
import { serve } from './area.ts'
import { addDocs } from './docs.ts'
import { createGuard, WRONG_PER_MINUTE } from './guard.ts'
import { listenOnLoopback, listenOnSocket } from './listen.ts'
import { createHttp, type HttpServer } from './server.ts'

/** An area with one route of every sort. */
const probe = area({
  name: 'probe',
  routes: {
    echo: {
      method: 'POST',
      path: '/echo/:word',
      summary: 'Answers what it got',
      params: Type.Object({ word: Type.String({ maxLength: 8 }) }),
      query: Type.Object({ times: Type.Optional(Type.Integer({ minimum: 1 })), loud: Type.Optional(Type.Boolean()) }),
      body: Type.Object({ count: Type.Integer(), inner: Type.Object({ text: Type.String() }) }),
      response: Type.Unknown(),
      status: 201
    },
    fail: { method: 'GET', path: '/fail/:code', summary: 'Throws', params: Type.Object({ code: Type.String() }) },
    upload: { method: 'PUT', path: '/bytes', summary: 'Counts bytes', body: 'bytes', response: Type.Integer() },
    download: { method: 'GET', path: '/bytes', summary: 'User content', response: 'bytes' },
    talk: { method: 'GET', path: '/talk', scope: 'admin', summary: 'Echoes', response: 'socket' },
    open: { method: 'GET', path: '/open', scope: 'public', summary: 'For everybody', response: Type.String() }
  },
  events: { groups: Type.Unknown(), peers: Type.Unknown() },
  problems: { PROBE_GONE: 410 }
})

let http: HttpServer
let port: number
let access: AccessStore
let bus: EventBus
let folder: string
let stores: ReturnType<typeof memoryStores>
const clock = manualClock()
const logged: string[] = []
const log: Logger = {
  debug: (message, fields) => logged.push(JSON.stringify({ message, ...fields })),
  info: (message, fields) => logged.push(JSON.stringify({ message, ...fields })),
  warn: (message, fields) => logged.push(JSON.stringify({ message, ...fields })),
  error: (message, fields) => logged.push(JSON.stringify({ message, ...fields })),
  child: () => log
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-http-'))
  writeFileSync(join(folder, 'index.html'), '<title>console</title>')
  writeFileSync(join(folder, '.secret'), 'hidden')
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'assets/page-1234.js'), 'console')
  stores = memoryStores()
  access = createAccessStore(stores.of('api'), clock)
  bus = createEventBus('run')
  logged.length = 0
  const guard = createGuard({ access, clock, cookieName: 'borgo', hosts: () => new Set([`127.0.0.1:${port}`]) })
  const served = serve(probe, {
    echo: input => input,
    fail({ params }) {
      throw params.code === 'plain' ? new Error('inner text') : new BorgoError(params.code, `it is ${params.code}`)
    },
    async upload({ body }) {
      let bytes = 0
      for await (const chunk of body) bytes += (chunk as Buffer).length
      return bytes
    },
    download: () => ({ body: Readable.from(['<script>']), headers: { 'content-type': 'text/html' } }),
    talk: (_, socket) => void socket.on('message', (data: unknown) => socket.send(String(data))),
    open: () => 'hello'
  })
  http = await createHttp({
    areas: [served],
    bus,
    guard,
    log,
    headersMs: 1_000,
    bodyMs: 1_000,
    consoleFolder: folder,
    extend: (app, areas) => addDocs(app, areas, '1.2.3')
  })
  port = await listenOnLoopback(http, { port: 0, exact: false })
})
afterEach(async () => {
  await http.close()
  stores.close()
  rmSync(folder, { recursive: true })
})

const url = (path: string): string => `http://127.0.0.1:${port}${path}`
const admin = (): Record<string, string> => ({
  authorization: `Bearer ${access.createToken({ name: 'test', scope: 'admin' }).token}`
})
const get = (path: string, headers = admin()): Promise<Response> => fetch(url(path), { headers })
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...admin(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body)
  })
const GOOD = { count: 1, inner: { text: 'a' } }

/** A connection on which a test writes what it likes. */
function raw(...lines: string[]): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.write(lines.join('\r\n'))
  return socket
}

it('[N-16] hands over params, query and body, the query converted', async () => {
  const response = await post('/api/v1/echo/hi?times=3&loud=true', GOOD)
  expect(response.status).toBe(201)
  expect(await response.json()).toEqual({ params: { word: 'hi' }, query: { times: 3, loud: true }, body: GOOD })
})

it.each([
  ['an unknown property', { ...GOOD, more: 1 }, '/body/more'],
  ['an unknown property further in', { count: 1, inner: { text: 'a', more: 1 } }, '/body/inner/more'],
  ['a number as text', { ...GOOD, count: '1' }, '/body/count'],
  ['a missing property', { count: 1 }, '/body']
])('[N-16] refuses %s', async (_, body, path) => {
  const response = await post('/api/v1/echo/hi', body)
  expect(response.status).toBe(400)
  const problem = (await response.json()) as { code: string; errors: { path: string }[] }
  expect(problem.code).toBe('VALIDATION')
  expect(problem.errors.map(error => error.path)).toContain(path)
})

it.each(['/api/v1/echo/hi?times=0', '/api/v1/echo/hi?times=x', '/api/v1/echo/hi?no=1', '/api/v1/echo/much-too-long'])(
  '[N-16] refuses %s',
  async path => {
    expect((await post(path, GOOD)).status).toBe(400)
  }
)

it.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['multipart/form-data; boundary=x', 415],
  ['application/octet-stream', 415],
  ['', 415]
])('[N-16] refuses a body of type %j', async (type, status) => {
  const response = await post('/api/v1/echo/hi', GOOD, { 'content-type': type })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' })
})

it.each(['{', '{"__proto__": {"count": 1}}', 'null', '[]', '1e999'])('[N-16] refuses the body %s', async body => {
  expect((await post('/api/v1/echo/hi', body)).status).toBe(400)
})

it('[N-16] refuses a body above 1 MiB, and takes as many bytes as come where the route takes bytes', async () => {
  const big = await post('/api/v1/echo/hi', { count: 1, inner: { text: 'x'.repeat(1_048_576) } })
  expect(big.status).toBe(413)
  const bytes = new Uint8Array(5_000_000)
  const headers = { ...admin(), 'content-type': 'application/octet-stream' }
  const upload = await fetch(url('/api/v1/bytes'), { method: 'PUT', headers, body: bytes })
  expect(await upload.json()).toBe(bytes.length)
})

it('[N-17] answers a listed code with its status and text', async () => {
  const response = await get('/api/v1/fail/PROBE_GONE')
  expect(response.status).toBe(410)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect(await response.json()).toEqual({
    type: 'urn:borgo:problem:PROBE_GONE',
    title: 'Gone',
    status: 410,
    code: 'PROBE_GONE',
    detail: 'it is PROBE_GONE',
    request: 'r1'
  })
})

it.each(['plain', 'UNLISTED'])('[N-17] keeps the text of an unlisted error (%s) in the log', async code => {
  const response = await get(`/api/v1/fail/${code}`)
  expect(response.status).toBe(500)
  const body = await response.text()
  expect(body).not.toMatch(/inner text|it is UNLISTED|\.ts/)
  expect(JSON.parse(body)).toMatchObject({ code: 'INTERNAL', request: 'r1' })
  expect(logged.join()).toMatch(/inner text|it is UNLISTED/)
})

it('[N-15] sends the security headers with everything', async () => {
  for (const path of [
    '/',
    '/api/v1/open',
    '/api/v1/none',
    '/docs',
    '/api/v1/events?topics=peers',
    '/api/v1/fail/plain'
  ]) {
    const response = await get(path)
    expect(response.headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(response.headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
    expect(response.headers.get('cross-origin-resource-policy'), path).toBe('same-origin')
    expect(response.headers.get('server'), path).toBeNull()
    expect(response.headers.get('access-control-allow-origin'), path).toBeNull()
    await response.body?.cancel()
  }
})

it('[N-36] sends user content as an attachment in a sandbox', async () => {
  const { headers } = await get('/api/v1/bytes')
  expect(headers.get('content-disposition')).toBe('attachment')
  expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

it('[N-14] counts wrong credentials and still lets the right ones in', async () => {
  const wrong = { authorization: 'Bearer borgo_t_wrong' }
  for (let count = 0; count < WRONG_PER_MINUTE; count += 1) expect((await get('/docs', wrong)).status).toBe(401)
  expect((await get('/docs', wrong)).status).toBe(429)
  expect((await get('/docs')).status).toBe(200)
  await clock.advance(60_000)
  expect((await get('/docs', wrong)).status).toBe(401)
})

it('[N-12] echoes over a WebSocket that has credentials', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/talk`, { headers: admin() })
  const answer = await new Promise(resolve => {
    socket.addEventListener('open', () => socket.send('ciao'))
    socket.addEventListener('message', ({ data }) => resolve(data))
  })
  expect(answer).toBe('ciao')
})

it.each([
  ['no credentials', {}],
  ['a token that may only read', { read: true }],
  ['another origin', { origin: 'http://evil.example' }]
])('[N-12] refuses a WebSocket with %s', async (_, options: { read?: boolean; origin?: string }) => {
  const { token } = access.createToken({ name: 'ws', scope: options.read ? 'read' : 'admin' })
  const headers = {
    ...((options.read ?? options.origin) && { authorization: `Bearer ${token}` }),
    ...(options.origin && { origin: options.origin })
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/talk`, { headers })
  const outcome = await new Promise(resolve => {
    for (const type of ['open', 'error']) socket.addEventListener(type, () => resolve(type))
  })
  expect(outcome).toBe('error')
})

it('[N-10] refuses other and missing hosts before anything else', async () => {
  for (const host of [
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1',
    `0.0.0.0:${port}`,
    `127.1:${port}`
  ]) {
    const socket = raw(`GET /api/v1/open HTTP/1.1`, `Host: ${host}`, 'Connection: close', '', '')
    expect(await text(socket), host).toMatch(/^HTTP\/1\.1 421 /)
  }
  expect(await text(raw('GET /api/v1/open HTTP/1.1', 'Connection: close', '', ''))).toMatch(/^HTTP\/1\.1 4(00|21) /)
})

it('[N-19] ends a connection whose headers or JSON body do not come', async () => {
  const { token } = access.createToken({ name: 'slow', scope: 'admin' })
  const host = `Host: 127.0.0.1:${port}`
  const slowHeader = raw('GET / HTTP/1.1', host, 'X-Slow: ')
  const json = 'Content-Type: application/json'
  const slowBody = raw(
    'POST /api/v1/echo/hi HTTP/1.1',
    host,
    `Authorization: Bearer ${token}`,
    json,
    'Content-Length: 9',
    '',
    '{'
  )
  expect(await text(slowHeader)).toMatch(/^HTTP\/1\.1 408 |^$/)
  expect(await text(slowBody)).toBe('')
})

it('[N-19] takes its time for an answer that goes on', async () => {
  const { token } = access.createToken({ name: 'long', scope: 'admin' })
  const credentials = [`Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`]
  const stream = raw('GET /api/v1/events?topics=groups HTTP/1.1', ...credentials, 'Connection: close', '', '')
  while (!bus.isHeard('groups')) await new Promise(resolve => setImmediate(resolve))
  // When the server gives up on this body, the stream is older than a body may be.
  const json = ['Content-Type: application/json', 'Content-Length: 9', '', '{']
  expect(await text(raw('POST /api/v1/echo/hi HTTP/1.1', ...credentials, ...json))).toBe('')
  const rest = text(stream)
  bus.publish('groups', { group: 'still here' })
  await http.close()
  expect(await rest).toContain('still here')
})

it('[N-19] leaves a WebSocket open, however long it lasts', async () => {
  const credentials = Object.entries(admin()).map(([name, value]) => `${name}: ${value}`)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/talk`, { headers: admin() })
  await new Promise(resolve => socket.addEventListener('open', resolve))
  const json = [`Host: 127.0.0.1:${port}`, 'Content-Type: application/json', 'Content-Length: 9', '', '{']
  expect(await text(raw('POST /api/v1/echo/hi HTTP/1.1', ...credentials, ...json))).toBe('')
  const echoed = new Promise(resolve => socket.addEventListener('message', ({ data }) => resolve(data)))
  socket.send('still here')
  expect(await echoed).toBe('still here')
})

it('[N-22] a revoked token hears and says nothing more', async () => {
  const { info, token } = access.createToken({ name: 'stolen', scope: 'admin' })
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/talk`, { headers })
  await new Promise(resolve => socket.addEventListener('open', resolve))
  const credentials = [`Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`]
  const stream = raw('GET /api/v1/events?topics=groups HTTP/1.1', ...credentials, '', '')
  const rest = text(stream)
  while (!bus.isHeard('groups')) await new Promise(resolve => setImmediate(resolve))
  const closed = new Promise<number>(resolve => socket.addEventListener('close', ({ code }) => resolve(code)))
  access.revokeToken(info.id)
  bus.publish('groups', { group: 'secret' })
  expect(await closed).toBe(1008)
  expect(await rest).not.toContain('secret')
  expect(bus.isHeard('groups')).toBe(false)
})

it('[N-30] [N-31] streams events and resumes after the last one seen', async () => {
  const abort = new AbortController()
  const client = createClient({ baseUrl: url(''), token: access.createToken({ name: 'e', scope: 'read' }).token })
  const seen: string[] = []
  const listening = (async () => {
    for await (const event of client.events(['groups', 'peers'], { signal: abort.signal, retryMs: 1 })) {
      seen.push(`${event.topic} ${event.id}`)
      // The server drops the connection after each event; nothing may be lost or repeated.
      if (seen.length < 5) bus.publish('groups', { group: 'g' })
      else abort.abort()
    }
  })()
  while (!bus.isHeard('groups')) await new Promise(resolve => setImmediate(resolve))
  bus.publish('peers', { event: 'connect', device: 'd' })
  await listening
  expect(seen).toEqual(['peers run-1', 'groups run-2', 'groups run-3', 'groups run-4', 'groups run-5'])
})

it.each(['/api/v1/events', '/api/v1/events?topics=', '/api/v1/events?topics=groups,stars'])(
  '[N-30] refuses %s and says which topics there are',
  async path => {
    const response = await get(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('groups, peers') as string })
  }
)

it('[N-32] cuts off a listener that does not read', async () => {
  const { token } = access.createToken({ name: 'deaf', scope: 'read' })
  const socket = raw(
    'GET /api/v1/events?topics=groups HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    '',
    ''
  )
  socket.pause()
  while (!bus.isHeard('groups')) await new Promise(resolve => setImmediate(resolve))
  const closed = new Promise(resolve => socket.once('close', resolve))
  for (let count = 0; bus.isHeard('groups'); count += 1) {
    expect(count).toBeLessThan(2_000)
    bus.publish('groups', { group: 'x'.repeat(8_192) })
    await new Promise(resolve => setImmediate(resolve))
  }
  socket.resume()
  socket.on('error', () => undefined)
  await closed
})

it('[N-21] answers garbage with refusals, and goes on', async () => {
  const seed = Number(process.env.BORGO_SEED ?? 20_261_122)
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const { token } = access.createToken({ name: 'fuzz', scope: 'admin' })
  const body = JSON.stringify(GOOD)
  const valid = Buffer.from(
    [
      'POST /api/v1/echo/hi?times=1 HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      body
    ].join('\r\n')
  )
  const mutated = (): Buffer => {
    const bytes = Buffer.from(valid)
    for (let count = 1 + below(8); count > 0; count -= 1) bytes[below(bytes.length)] = below(256)
    return below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
  }
  const ask = async (bytes: Buffer): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined).end(bytes)
    return text(socket).catch(() => '')
  }
  for (let round = 0; round < 100; round += 1) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(mutated())))
    for (const answer of answers) expect(answer, `seed ${seed}`).not.toMatch(/^HTTP\/1\.1 5/)
  }
  expect(await ask(valid)).toMatch(/^HTTP\/1\.1 201 /)
})

it('[N-20] serves a Unix socket of mode 0600 without credentials', async () => {
  const path = join(folder, 'api.sock')
  await listenOnSocket(http, path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const fetchThere = socketFetch(path)
  const response = await fetchThere('/api/v1/fail/PROBE_GONE', {})
  expect(response.status).toBe(410)
  // A second listener takes the place of what a killed node left behind.
  await expect(listenOnSocket(http, join(folder, 'no', '\0'))).rejects.toMatchObject({ code: 'SOCKET_UNUSABLE' })
})

it('[N-3] moves on from a taken port unless it was asked for', async () => {
  const next = await listenOnLoopback(http, { port, exact: false })
  expect(next).toBeGreaterThan(port)
  await expect(listenOnLoopback(http, { port, exact: true })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
})

it('[N-33] describes every route, and shows a page that needs nothing from elsewhere', async () => {
  const document = (await (await get('/api/v1/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; 'x-scope': string; parameters: { name: string }[] }>>
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths).sort()).toEqual(
    ['/bytes', '/echo/{word}', '/events', '/fail/{code}', '/open', '/talk'].map(path => `/api/v1${path}`)
  )
  const echo = document.paths['/api/v1/echo/{word}']!.post!
  expect(echo).toMatchObject({ operationId: 'probe.echo', 'x-scope': 'admin' })
  expect(echo.parameters.map(({ name }) => name)).toEqual(['word', 'times', 'loud'])
  const page = await (await get('/docs')).text()
  expect(page).not.toMatch(/https?:/)
  for (const [, asset = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const response = await get(asset)
    expect(response.status, asset).toBe(200)
    await response.body?.cancel()
  }
  expect((await get('/docs', {})).status).toBe(401)
})

it('[N-35] serves the console for its own paths and 404 for unknown ones of the API', async () => {
  for (const path of ['/', '/groups/x', '/index.html'])
    expect(await (await get(path, {})).text(), path).toContain('console')
  for (const path of ['/api/v1/none', '/assets/of-another-version.js']) expect((await get(path)).status, path).toBe(404)
  for (const path of ['/.secret', '/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/%00'])
    expect(await (await get(path, {})).text(), path).not.toMatch(/hidden|root:/)
})

it('[N-35] lets a browser keep only files whose names change with their content', async () => {
  for (const [path, kept] of [
    ['/assets/page-1234.js', 'public, max-age=31536000, immutable'],
    ['/index.html', 'no-cache'],
    ['/', 'no-store']
  ] as const) {
    const response = await get(path, {})
    expect(response.headers.get('cache-control'), path).toBe(kept)
    await response.body?.cancel()
  }
})

it('[N-35] serves a console that is built again while it runs, and nothing of the one before', async () => {
  rmSync(join(folder, 'assets/page-1234.js'))
  writeFileSync(join(folder, 'assets/page-5678.js'), 'console, changed')
  expect(await (await get('/assets/page-5678.js', {})).text()).toBe('console, changed')
  expect((await get('/assets/page-1234.js', {})).status).toBe(404)
})
