import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { api, API_PREFIX, scopeOf, type Access, type Area, type CreatedToken, type Route, type Scope } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNode, type TestNode } from './harness.ts'

/** Everything the server answers: the whole contract, and what stands beside it. */
interface Target {
  method: string
  path: string
  scope: Scope
  media: string
}

const VALUES: Record<string, string> = { group: `b${'a'.repeat(52)}` }
const areas: Area[] = Object.values(api)
const targets: Target[] = [
  ...areas
    .flatMap(({ routes }) => Object.values<Route>(routes))
    .map((route): Target => ({
      method: route.method,
      path: API_PREFIX + route.path.replace(/:(\w+)/g, (_, name: string) => VALUES[name] ?? 'x'),
      scope: scopeOf(route),
      media: route.body === 'bytes' ? 'application/octet-stream' : 'application/json'
    })),
  ...['/api/v1/events?topics=peers', '/api/v1/openapi.json', '/docs', '/docs/swagger-ui.css', '/api/v1/none'].map(
    (path): Target => ({ method: 'GET', path, scope: 'read', media: '' })
  ),
  { method: 'GET', path: '/metrics', scope: 'metrics', media: '' },
  { method: 'GET', path: '/', scope: 'public', media: '' },
  { method: 'GET', path: '/groups', scope: 'public', media: '' }
]
const titled = targets.map((target): [string, Target] => [`${target.method} ${target.path}`, target])
const guarded = titled.filter(([, { scope }]) => scope !== 'public')

let node: TestNode
let host: string
let admin: CreatedToken
let reader: CreatedToken
let monitor: CreatedToken
let revoked: CreatedToken
let expired: CreatedToken

beforeAll(async () => {
  node = await startNode()
  host = new URL(node.started.api).host
  const create = (scope: Access['scope'], expiresInMs?: number): Promise<CreatedToken> =>
    node.client.access.createToken({ body: { name: 'matrix', scope, ...(expiresInMs && { expiresInMs }) } })
  admin = await create('admin')
  reader = await create('read')
  monitor = await create('metrics')
  revoked = await create('admin')
  expired = await create('admin', 1_000)
  await node.client.access.revokeToken({ params: { id: revoked.info.id } })
  const { expiresAt = 0 } = expired.info
  while (Date.now() <= expiresAt) await node.client.status.health()
})
afterAll(() => node[Symbol.asyncDispose]())

interface Answer {
  status: number
  code: string
  body: string
}

/** `fetch` may set neither Host nor Origin. */
function ask({ method, path, media }: Target, headers: Record<string, string | undefined>): Promise<Answer> {
  const [hostname, port] = host.split(':')
  const given = Object.entries({ host, ...(media && method !== 'GET' && { 'content-type': media }), ...headers })
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      method,
      path,
      setHost: false,
      agent: false,
      headers: Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined))
    }
    const outgoing = request(options, (incoming: IncomingMessage) => {
      const status = incoming.statusCode ?? 0
      if (incoming.headers['content-type']?.startsWith('text/event-stream')) {
        incoming.destroy()
        resolve({ status, code: '', body: '' })
        return
      }
      text(incoming).then(body => resolve({ status, code: codeIn(body), body }), reject)
    })
    outgoing.once('error', reject)
    outgoing.end(method === 'GET' ? undefined : '{}')
  })
}

function codeIn(body: string): string {
  return body.startsWith('{') ? String((JSON.parse(body) as { code?: string }).code ?? '') : ''
}

const bearer = ({ token }: CreatedToken): Record<string, string> => ({ authorization: `Bearer ${token}` })

it('[N-13] signs in by the one-time link, with a cookie that scripts cannot read', async () => {
  const { url } = await node.client.access.createLink()
  const token = new URL(url).hash.slice('#token='.length)
  const signIn = (): Promise<Response> =>
    fetch(`${node.started.api}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: node.started.api },
      body: JSON.stringify({ token })
    })
  const first = await signIn()
  expect(first.status).toBe(200)
  const cookie = first.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^borgo_s_[0-9a-f]{8}=borgo_s_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  expect((await signIn()).status).toBe(401)

  const headers = { cookie: cookie.split(';')[0] ?? '' }
  const who = await fetch(`${node.started.api}/api/v1/session`, { headers })
  expect(await who.json()).toMatchObject({ by: 'session', scope: 'admin' })
  const out = await fetch(`${node.started.api}/api/v1/session`, { method: 'DELETE', headers })
  expect(out.status).toBe(204)
  expect((await fetch(`${node.started.api}/api/v1/session`, { headers })).status).toBe(401)
})

const HOSTS = (port: string): string[] => [
  `evil.example:${port}`,
  `localhost.evil.example:${port}`,
  `127.0.0.1.evil.example:${port}`,
  `127.1:${port}`,
  `0x7f.1:${port}`,
  `2130706433:${port}`,
  `0.0.0.0:${port}`,
  `[::]:${port}`,
  `127.0.0.1:1`,
  '127.0.0.1',
  'localhost',
  `127.0.0.1:${port}.`,
  `user@127.0.0.1:${port}`
]

it.each(titled)('[N-10] %s refuses every other host, with valid credentials', async (_, target) => {
  const [, port = ''] = host.split(':')
  for (const other of HOSTS(port)) {
    const { status } = await ask(target, { ...bearer(admin), host: other })
    expect(status, other).toBe(421)
  }
})

it.each(titled)('[N-11] %s refuses other sites, with valid credentials', async (_, target) => {
  const [, port] = host.split(':')
  const origins = [
    'null',
    'http://evil.example',
    `https://${host}`,
    `http://localhost:${port}`,
    'http://127.0.0.1',
    'chrome-extension://x'
  ]
  for (const origin of origins)
    expect(await ask(target, { ...bearer(admin), origin }), origin).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  for (const site of ['cross-site', 'same-site', 'strange']) {
    const { status } = await ask(target, { ...bearer(admin), 'sec-fetch-site': site })
    expect(status, site).toBe(403)
  }
})

it.each(guarded)('[N-12] %s refuses who has no valid credentials', async (_, target) => {
  const wrong: Record<string, Record<string, string | undefined>> = {
    none: {},
    'not bearer': { authorization: `Basic ${admin.token}` },
    empty: { authorization: 'Bearer ' },
    'made up': { authorization: `Bearer borgo_t_${'x'.repeat(43)}` },
    'one letter changed': { authorization: `Bearer ${admin.token.slice(0, -1)}~` },
    revoked: bearer(revoked),
    expired: bearer(expired),
    'token as cookie': { cookie: `borgo=${admin.token}` }
  }
  for (const [name, headers] of Object.entries(wrong)) {
    const { status, code } = await ask(target, headers)
    expect([401, 429], name).toContain(status)
    expect(['UNAUTHENTICATED', 'RATE_LIMITED'], name).toContain(code)
  }
  const separator = target.path.includes('?') ? '&' : '?'
  const inAddress = await ask({ ...target, path: `${target.path}${separator}token=${admin.token}` }, {})
  expect(inAddress.status).toBe(401)
})

it.each(guarded)('[N-12] %s lets in whoever may, and a reader only where nothing changes', async (_, target) => {
  const byReader = await ask(target, bearer(reader))
  if (target.scope === 'admin') expect(byReader).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  else expect([401, 403, 421, 429]).not.toContain(byReader.status)
})

it.each(guarded)(
  '[N-243] %s lets a monitor in where nothing is said of people and what they write',
  async (_, target) => {
    const byMonitor = await ask(target, bearer(monitor))
    if (target.scope !== 'metrics') expect(byMonitor).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    else expect([401, 403, 421, 429]).not.toContain(byMonitor.status)
  }
)

it('[N-243] shows a monitor the session, plugins, figures and metrics, and whole copies to administrators alone', () => {
  const paths = (scope: Scope) => targets.filter(each => each.scope === scope).map(({ path }) => path)
  const own = [`${API_PREFIX}/session`, `${API_PREFIX}/plugins`, `${API_PREFIX}/status/figures`, '/metrics']
  expect(new Set(paths('metrics'))).toEqual(new Set(own))
  expect(paths('admin')).toEqual(
    expect.arrayContaining([`${API_PREFIX}/groups/${VALUES.group}/export`, `${API_PREFIX}/contacts/file`])
  )
})

it.each(guarded.filter(([, { path }]) => !path.endsWith('/session')))(
  '[N-12] %s lets an administrator in',
  async (_, target) => {
    const { status } = await ask(target, bearer(admin))
    expect([401, 403, 415, 421, 429, 500]).not.toContain(status)
  }
)

it('[N-12] refuses upgrades like requests', async () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'x'.repeat(22) + '=='
  }
  for (const { path, method, media } of targets.filter(({ method }) => method === 'GET')) {
    const evil = await ask(
      { path, method, media, scope: 'read' },
      { ...upgrade, ...bearer(admin), origin: 'http://evil.example' }
    )
    expect(evil.status, path).toBe(403)
  }
})
