import type { Area, Route } from './route.ts'

/** The contract without its schemas: plain data, all that a client must know to call a node. */
export type Wire = Readonly<Record<string, WireArea>>

export interface WireArea {
  readonly routes: Readonly<Record<string, WireRoute>>
  /** What it publishes to the event stream. */
  readonly topics: readonly string[]
}

export interface WireRoute {
  readonly method: Route['method']
  readonly path: string
  readonly body: 'none' | 'json' | 'bytes'
  readonly response: 'none' | 'json' | 'bytes' | 'socket'
}

/** What of `areas` a client needs. A browser gets this in place of the schemas, which are heavier than itself. */
export function wireOf(areas: Readonly<Record<string, Area>>): Wire {
  return Object.fromEntries(
    Object.entries(areas).map(([name, { routes, events }]) => [
      name,
      {
        routes: Object.fromEntries(Object.entries(routes).map(([key, route]) => [key, wireRouteOf(route)])),
        topics: Object.keys(events)
      }
    ])
  )
}

const RAW = ['bytes', 'socket'] as const

function wireRouteOf({ method, path, body, response }: Route): WireRoute {
  return {
    method,
    path,
    body: body === undefined ? 'none' : body === 'bytes' ? 'bytes' : 'json',
    response: response === undefined ? 'none' : (RAW.find(kind => kind === response) ?? 'json')
  }
}
