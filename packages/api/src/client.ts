import type { api } from './api.ts'
import { ApiError } from './api-error.ts'
import { chunks } from './chunks.ts'
import { frames, type ApiEvent, type Frame, type Topic } from './events.ts'
import type { Problem } from './problem.ts'
import type { Area, Input, Output, Route } from './route.ts'
import type { Wire, WireRoute } from './wire.ts'

/** Where every path of the contract begins. */
export const API_PREFIX = '/api/v1'

export interface ClientOptions {
  /** `http://127.0.0.1:4680`; empty in the console, which the node itself serves. @default '' */
  baseUrl?: string
  /** Bearer token; the console uses its cookie and the CLI the Unix socket, which need none. */
  token?: string
  /** Takes the place of the global one: the CLI passes one that speaks over a Unix socket. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

type Call<R extends Route> = (object extends Input<R>
  ? (input?: Input<R> & CallOptions) => Promise<Output<R>>
  : (input: Input<R> & CallOptions) => Promise<Output<R>>) & {
  /** The address of the route, for links, downloads and WebSockets. */
  url(input: Pick<Input<R>, keyof Input<R> & ('params' | 'query')>): string
}

export interface CallOptions {
  signal?: AbortSignal
}

export interface ListenOptions {
  signal: AbortSignal
  /** Resume where it was when the connection breaks; otherwise the iteration ends then. @default true */
  reconnect?: boolean
  /** Wait before it connects again, ms. @default 1,000 */
  retryMs?: number
  /** Called each time the connection stands: what happens from then on is heard. */
  onOpen?: () => void
}

type AreaClient<A extends Area> = { readonly [Name in keyof A['routes']]: Call<A['routes'][Name]> }

/** `client.groups.create({ body: { name: 'Family' } })`, and so on for every route of the contract. */
export type Client = { readonly [Name in keyof typeof api]: AreaClient<(typeof api)[Name]> } & {
  /**
   * Listens to topics until `signal` aborts (then it ends without an error). An answer that refuses (no longer signed
   * in, say) is thrown as ApiError.
   */
  events<T extends Topic>(topics: readonly T[], options: ListenOptions): AsyncIterable<ApiEvent<T>>
}

interface Parts {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

/**
 * A client typed by the contract, of which it needs the `wire` alone. Throws ApiError for problems; network errors pass
 * as `fetch` throws them.
 */
export function clientOf(wire: Wire, options: ClientOptions = {}): Client {
  const { baseUrl = '', token, fetch = (url, init) => globalThis.fetch(url, init) } = options
  const url = (route: WireRoute, input: Parts): string => baseUrl + API_PREFIX + fill(route.path, input)

  async function send(address: string, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(address, { ...init, headers })
    if (!response.ok) throw new ApiError(await problemOf(response))
    return response
  }

  async function call(route: WireRoute, input: Parts): Promise<unknown> {
    const { body, signal } = input
    const raw = route.body === 'bytes'
    const response = await send(url(route, input), {
      method: route.method,
      ...(signal && { signal }),
      ...(body !== undefined && {
        headers: { 'content-type': raw ? 'application/octet-stream' : 'application/json' },
        body: raw ? (body as RequestInit['body'] & object) : JSON.stringify(body),
        // Fetch asks for it when the body is a stream.
        ...(raw && { duplex: 'half' as const })
      })
    })
    if (route.response === 'none') return undefined
    return route.response === 'json' ? response.json() : response
  }

  /** Reads one connection to its end, which a broken one reaches without an error. */
  async function* connection(
    topics: readonly string[],
    last: string,
    { signal, onOpen }: ListenOptions
  ): AsyncIterable<Frame> {
    const headers = { accept: 'text/event-stream', ...(last !== '' && { 'last-event-id': last }) }
    try {
      const response = await send(`${baseUrl}${API_PREFIX}/events?topics=${topics.join(',')}`, { headers, signal })
      onOpen?.()
      if (response.body) yield* frames(chunks(response.body.pipeThrough(new TextDecoderStream())))
    } catch (error) {
      if (!signal.aborted && !isBroken(error)) throw error
    }
  }

  async function* events(topics: readonly string[], options: ListenOptions): AsyncIterable<ApiEvent> {
    const { signal, reconnect = true, retryMs = 1_000 } = options
    let last = ''
    while (!signal.aborted) {
      for await (const { id, event, data } of connection(topics, last, options)) {
        last = id
        if (data !== '') yield { topic: event, id, data: JSON.parse(data) } as ApiEvent
      }
      if (!reconnect) return
      await pause(retryMs, signal)
    }
  }

  const client: Record<string, unknown> = { events }
  for (const [name, { routes }] of Object.entries(wire))
    client[name] = Object.fromEntries(
      Object.entries(routes).map(([key, route]) => [
        key,
        Object.assign((input: Parts = {}) => call(route, input), { url: (input: Parts) => url(route, input) })
      ])
    )
  return client as Client
}

function fill(path: string, { params = {}, query = {} }: Parts): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? filled : `${filled}?${search}`
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text()
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) return JSON.parse(text) as Problem
  return {
    type: 'urn:borgo:problem:BAD_ANSWER',
    title: response.statusText,
    status: response.status,
    code: 'BAD_ANSWER',
    detail: `${response.url} answered ${response.status} and no problem document: is it a Borgo node?`,
    request: ''
  }
}

/** `fetch` reports a connection that failed or ended early as TypeError. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ApiError && error.status >= 500)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve()
      return
    }
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
