import { globSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { AccountId } from '@borgo/api'
import { expect, it } from 'vitest'

const dist = new URL('../dist/', import.meta.url)
const LIMIT_BYTES = 250_000

it('[U-13] loads at most 250 kB of JavaScript before the first page', () => {
  const html = readFileSync(new URL('index.html', dist), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => String(path))
  expect(scripts.length).toBeGreaterThan(1)
  const bytes = scripts.map(path => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length)
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(LIMIT_BYTES)
})

it('[U-13] loads no schema into a browser', () => {
  const { pattern } = AccountId as unknown as { pattern: string }
  const schemas = globSync('**/*.js', { cwd: dist }).filter(path =>
    readFileSync(new URL(path, dist), 'utf8').includes(pattern)
  )
  expect(schemas).toEqual([])
})
