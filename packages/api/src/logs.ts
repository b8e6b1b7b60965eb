import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { Timestamp } from './values.ts'

export const LogLevel = Type.Union([
  Type.Literal('debug'),
  Type.Literal('info'),
  Type.Literal('warn'),
  Type.Literal('error')
])
export type LogLevel = Static<typeof LogLevel>

export const LogLine = Type.Object({
  at: Timestamp,
  level: LogLevel,
  scope: Type.String({ description: 'The part of the node that wrote it; empty for the node itself' }),
  message: Type.String(),
  fields: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))
})
export type LogLine = Static<typeof LogLine>

export const logs = area({
  name: 'logs',
  routes: {
    tail: {
      method: 'GET',
      path: '/logs',
      summary: 'The newest lines of the log, oldest first',
      query: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000, default: 200 })),
        level: Type.Optional(LogLevel)
      }),
      response: Type.Array(LogLine)
    }
  },
  events: { logs: LogLine },
  problems: {}
})
