import { expect, expectTypeOf, it } from 'vitest'
import {
  api,
  ApiError,
  clientOf,
  createClient,
  wireOf,
  type ApiEvent,
  type Group,
  type PeerEvent,
  type Wire
} from './index.ts'

const GROUP = `b${'a'.repeat(52)}`

interface Sent {
  url: string
  method: string | undefined
  headers: Headers
  body: unknown
}

/** A client whose requests are answered by `answers`, one after the other, and kept in `sent`. */
function clientWith(...answers: (Response | Error)[]) {
  const sent: Sent[] = []
  const client = createClient({
    baseUrl: 'http://node',
    token: 'secret-token',
    fetch: (url, init) => {
      sent.push({ url, method: init.method, headers: new Headers(init.headers), body: init.body })
      const answer = answers.shift() ?? new TypeError('fetch failed')
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    }
  })
  return { client, sent }
}

const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })

const eventStream = (...chunks: string[]): Response =>
  new Response(new Blob(chunks).stream(), { headers: { 'content-type': 'text/event-stream' } })

it('[A-1] fills path and query, sends JSON and the token, and types the answer', async () => {
  const { client, sent } = clientWith(json({ id: GROUP, name: 'Family' }, 201), json([]))
  const group = await client.groups.create({ body: { name: 'Family' } })
  expectTypeOf(group).toEqualTypeOf<Group>()
  await client.logs.tail({ query: { limit: 3, level: 'warn' } })
  expect(sent[0]).toMatchObject({ url: 'http://node/api/v1/groups', method: 'POST', body: '{"name":"Family"}' })
  expect(sent[0]!.headers.get('content-type')).toBe('application/json')
  expect(sent[0]!.headers.get('authorization')).toBe('Bearer secret-token')
  expect(sent[1]!.url).toBe('http://node/api/v1/logs?limit=3&level=warn')
})

it('[A-1] encodes parameters so that they cannot leave their segment', async () => {
  const { client, sent } = clientWith(json({}))
  await client.groups.get({ params: { group: '../a?b#c' } })
  expect(sent[0]!.url).toBe('http://node/api/v1/groups/..%2Fa%3Fb%23c')
})

it('[A-1] tells the address of a route', () => {
  const { client } = clientWith()
  const params = { group: GROUP, cid: 'bafy/1' }
  expect(client.content.download.url({ params, query: { path: 'a b' } })).toBe(
    `http://node/api/v1/groups/${GROUP}/content/bafy%2F1/data?path=a+b`
  )
})

it('[A-8] calls a node by the contract as plain data, which has no schemas', async () => {
  const text = JSON.stringify(wireOf(api))
  expect(text).not.toContain('pattern')
  const urls: string[] = []
  const client = clientOf(JSON.parse(text) as Wire, {
    fetch: url => {
      urls.push(url)
      return Promise.resolve(json([]))
    }
  })
  expect(await client.groups.list()).toEqual([])
  expect(urls).toEqual(['/api/v1/groups'])
})

it('[A-1] resolves to undefined for a route without an answer', async () => {
  const { client } = clientWith(new Response(null, { status: 204 }))
  const answer = await client.access.signOut()
  expectTypeOf(answer).toEqualTypeOf<undefined>()
  expect(answer).toBeUndefined()
})

it('[A-2] throws a problem document as ApiError with its code', async () => {
  const problem = {
    type: 'urn:borgo:problem:X',
    title: 'Not Found',
    status: 404,
    code: 'X',
    detail: 'no',
    request: '1'
  }
  const body = JSON.stringify(problem)
  const { client } = clientWith(
    new Response(body, { status: 404, headers: { 'content-type': 'application/problem+json' } })
  )
  const error: unknown = await client.status.get().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'X', status: 404, message: 'no', problem })
})

it('[A-2] says so when what answered is not a node', async () => {
  const { client } = clientWith(new Response('<html>', { status: 502 }))
  await expect(client.status.get()).rejects.toMatchObject({ code: 'BAD_ANSWER', status: 502 })
})

it('[A-3] joins frames over chunk borders and skips heartbeats', async () => {
  const { client } = clientWith(
    eventStream(
      'id: 1\nevent: peers\ndata: {"event":"conn',
      'ect","device":"d"}\n',
      '\n: beat\n\nid: 2\nevent: peers\n',
      'data: {"event":"disconnect","device":"d"}\n\n'
    )
  )
  const seen: ApiEvent<'peers'>[] = []
  for await (const event of client.events(['peers'], { signal: new AbortController().signal, reconnect: false }))
    seen.push(event)
  expect(seen).toEqual([
    { topic: 'peers', id: '1', data: { event: 'connect', device: 'd' } },
    { topic: 'peers', id: '2', data: { event: 'disconnect', device: 'd' } }
  ])
  const first = seen[0]!
  if (first.topic === 'peers') expectTypeOf(first.data).toEqualTypeOf<PeerEvent>()
})

it('[A-4] reconnects with the id of the last event and ends on abort', async () => {
  const frame = (id: string): string => `id: ${id}\nevent: groups\ndata: {"group":"${GROUP}"}\n\n`
  const { client, sent } = clientWith(
    eventStream(frame('e-1')),
    new TypeError('fetch failed'),
    eventStream(frame('e-2'))
  )
  const abort = new AbortController()
  const ids: string[] = []
  for await (const event of client.events(['groups'], { signal: abort.signal, retryMs: 1 })) {
    ids.push(event.id)
    if (ids.length === 2) abort.abort()
  }
  expect(ids).toEqual(['e-1', 'e-2'])
  expect(sent.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, 'e-1', 'e-1'])
})

it('[A-4] throws when the node refuses', async () => {
  const problem = { code: 'UNAUTHENTICATED', status: 401, detail: 'sign in' }
  const { client } = clientWith(
    new Response(JSON.stringify(problem), { status: 401, headers: { 'content-type': 'application/problem+json' } })
  )
  const listen = async (): Promise<void> => {
    for await (const event of client.events(['peers'], { signal: new AbortController().signal }))
      expect(event).toBe(undefined)
  }
  await expect(listen()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

it('[A-4] remembers a position that came without an event', async () => {
  const { client, sent } = clientWith(eventStream('id: e-7\n\n'), eventStream('id: e-8\nevent: reset\ndata: null\n\n'))
  const abort = new AbortController()
  let opened = 0
  const options = { signal: abort.signal, retryMs: 1, onOpen: () => (opened += 1) }
  for await (const event of client.events(['groups'], options)) {
    expect(event).toEqual({ topic: 'reset', id: 'e-8', data: null })
    abort.abort()
  }
  expect(sent[1]!.headers.get('last-event-id')).toBe('e-7')
  expect(opened).toBe(2)
})
