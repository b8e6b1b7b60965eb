import { expect, it } from 'vitest'
import { api, commonProblems, type Area, type Route } from './index.ts'

const areas: [string, Area][] = Object.entries(api)
const routes: [string, Route][] = areas.flatMap(([name, { routes }]) =>
  Object.entries<Route>(routes).map(([key, route]): [string, Route] => [`${name}.${key}`, route])
)

it('[A-5] names every area by its key', () => {
  for (const [key, area] of areas) expect(area.name).toBe(key)
})

it('[A-5] uses every method and path once', () => {
  const seen = routes.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`)
  expect(seen.filter((route, index) => seen.indexOf(route) !== index)).toEqual([])
})

it.each(routes)('[A-6] %s describes every parameter of its path and nothing else', (_, { path, params }) => {
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const described = params === undefined ? [] : Object.keys((params as unknown as { properties: object }).properties)
  expect(described.sort()).toEqual(named.sort())
})

it('[A-7] publishes every topic and every code from one area only, with one meaning', () => {
  const topics = areas.flatMap(([, { events }]) => Object.keys(events))
  expect(new Set(topics).size).toBe(topics.length)
  const codes = new Map<string, number>(Object.entries(commonProblems))
  for (const [, { problems }] of areas)
    for (const [code, status] of Object.entries(problems)) {
      expect(codes.get(code) ?? status, code).toBe(status)
      codes.set(code, status)
    }
})
