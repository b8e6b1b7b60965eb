import type { Static, TSchema } from 'typebox'

/**
 * What a caller may do, each including those before: `public` needs no sign-in, `metrics` sees how the node is and nothing of
 * whom it belongs to and what is in it, `read` looks, `admin` changes and takes whole copies away. A session has all of them.
 */
export type Scope = (typeof SCOPES)[number]
export const SCOPES = ['public', 'metrics', 'read', 'admin'] as const

/**
 * One route of the HTTP API. The node validates against its schemas and builds OpenAPI from them; the client takes
 * its types from them. Paths are relative to `/api/v1`, parameters are written `:name`.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: `/${string}`
  readonly summary: string
  /** @default 'read' for GET, 'admin' for everything else */
  readonly scope?: Scope
  readonly params?: TSchema
  /** Values arrive as text and are converted to the schema's types. */
  readonly query?: TSchema
  /** JSON, strictly as the schema says; `bytes` is a raw stream (`application/octet-stream`) of any length. */
  readonly body?: TSchema | 'bytes'
  /** JSON; `bytes` is a raw stream; `socket` upgrades to a WebSocket; left out: 204 without a body. */
  readonly response?: TSchema | 'bytes' | 'socket'
  /** @default 200, or 204 without a response */
  readonly status?: 200 | 201 | 202
}

/** A part of the API that belongs together: its routes, the events it publishes and the error codes it may answer. */
export interface Area {
  readonly name: string
  readonly routes: Readonly<Record<string, Route>>
  /** Topic of the event stream → schema of its payload. */
  readonly events: Readonly<Record<string, TSchema>>
  /** Error code → HTTP status. A code that no area lists answers 500 without its text. */
  readonly problems: Readonly<Record<string, number>>
}

/** Keeps the literal types of an area, so that client and node can infer from them. */
export function area<const A extends Area>(definition: A): A {
  return definition
}

/** What `fetch` takes as a raw body, in a browser and in Node. */
export type Bytes = Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>

// Any text is a TSchema to the compiler, so 'bytes' is asked for first.
type Params<R> = R extends { params: infer S extends TSchema } ? { params: Static<S> } : unknown
type Query<R> = R extends { query: infer S extends TSchema }
  ? object extends Static<S>
    ? { query?: Static<S> }
    : { query: Static<S> }
  : unknown
type Body<R> = R extends { body: infer S }
  ? S extends 'bytes'
    ? { body: Bytes }
    : S extends TSchema
      ? { body: Static<S> }
      : unknown
  : unknown

/** What a caller passes for a route: its `params`, `query` and `body`, as far as it has them. */
export type Input<R extends Route> = Params<R> & Query<R> & Body<R>

/** What a caller gets: the JSON value; the `Response` itself for bytes; nothing for 204. */
export type Output<R extends Route> = R extends { response: infer S }
  ? S extends 'bytes' | 'socket'
    ? Response
    : S extends TSchema
      ? Static<S>
      : never
  : undefined

/** The scope a route asks for. */
export function scopeOf(route: Route): Scope {
  return route.scope ?? (route.method === 'GET' ? 'read' : 'admin')
}
