import { Type, type Static } from 'typebox'
import { area } from './route.ts'

export const Setting = Type.Object({
  key: Type.String(),
  value: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
  origin: Type.Union([
    Type.Literal('flag'),
    Type.Literal('environment'),
    Type.Literal('file'),
    Type.Literal('default')
  ]),
  source: Type.String({ description: 'The flag, variable or file that it comes from' }),
  description: Type.String()
})
export type Setting = Static<typeof Setting>

export const config = area({
  name: 'config',
  routes: {
    list: {
      method: 'GET',
      path: '/config',
      summary: 'Every setting, its value and where it comes from',
      response: Type.Array(Setting)
    }
  },
  events: {},
  problems: {}
})
