import { API_PREFIX, Problem, scopeOf, type Area, type Route } from '@borgo/api'
import { closed } from './validation.ts'

/** The OpenAPI 3.1 document of these areas: their schemas are JSON Schema already. */
export function openapi(areas: readonly Area[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const area of areas)
    for (const [name, route] of Object.entries(area.routes)) {
      const path = (paths[API_PREFIX + route.path.replace(/:(\w+)/g, '{$1}')] ??= {})
      path[route.method.toLowerCase()] = operation(area, name, route)
    }
  paths[`${API_PREFIX}/events`] = { get: eventStream(areas) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Borgo node',
      version,
      license: { name: 'MIT OR Apache-2.0', identifier: 'MIT OR Apache-2.0' },
      description: 'The API of this node. Errors are RFC 9457 problem documents; branch on their code.'
    },
    tags: areas.map(({ name }) => ({ name })),
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'borgo_s' },
        token: { type: 'http', scheme: 'bearer' }
      }
    },
    security: [{ session: [] }, { token: [] }]
  }
}

function operation(area: Area, name: string, route: Route): object {
  const { params, query, body, response } = route
  const scope = scopeOf(route)
  const answer = response === undefined ? 204 : response === 'socket' ? 101 : (route.status ?? 200)
  return {
    operationId: `${area.name}.${name}`,
    tags: [area.name],
    summary: route.summary,
    'x-scope': scope,
    ...(scope === 'public' && { security: [] }),
    parameters: [...parameters(params, 'path'), ...parameters(query, 'query')],
    ...(body !== undefined && { requestBody: { required: true, content: content(body) } }),
    responses: {
      [answer]: {
        description: route.summary,
        ...(response !== undefined && response !== 'socket' && { content: content(response) })
      },
      default: {
        description: `A problem: ${['VALIDATION', ...Object.keys(area.problems)].join(', ')}, …`,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
      }
    }
  }
}

function content(schema: Exclude<Route['body'], undefined>): object {
  return schema === 'bytes'
    ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: closed(schema as object) } }
}

function parameters(schema: Route['params'], where: 'path' | 'query'): object[] {
  if (!schema) return []
  const { properties, required = [] } = schema as unknown as { properties: Record<string, object>; required?: string[] }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema
  }))
}

function eventStream(areas: readonly Area[]): object {
  const topics = areas.flatMap(({ events }) => Object.entries(events))
  return {
    operationId: 'events',
    tags: ['events'],
    summary: 'Server-sent events: one stream of the topics named, resumed by Last-Event-ID',
    parameters: [
      {
        name: 'topics',
        in: 'query',
        required: true,
        style: 'form',
        explode: false,
        schema: { type: 'array', items: { enum: topics.map(([name]) => name) } }
      },
      { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } }
    ],
    responses: {
      200: {
        description: `Events whose name is the topic and whose data is JSON; \`reset\` when some were missed`,
        content: { 'text/event-stream': { schema: { type: 'string' }, 'x-topics': Object.fromEntries(topics) } }
      },
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
      }
    }
  }
}
