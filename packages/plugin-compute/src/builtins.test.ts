import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BUILTINS, readBuiltin } from './builtins.ts'
import { inspectModule } from './validate.ts'

const folders = {
  modules: new URL('./modules/', import.meta.url),
  fixtures: new URL('../test/fixtures/', import.meta.url)
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('prebuilt modules', () => {
  it.each(Object.entries(folders))('[W-4] %s: what is committed is what its source was built to', (_name, folder) => {
    const hashes = JSON.parse(readFileSync(new URL('hashes.json', folder), 'utf8')) as Record<string, unknown>
    const sources = readdirSync(folder).filter(file => file.endsWith('.c'))
    const found = sources.map(file => {
      const [source, wasm] = [file, file.replace(/\.c$/, '.wasm')].map(name =>
        sha256(readFileSync(new URL(name, folder)))
      )
      return [file.replace(/\.c$/, ''), { source, wasm }]
    })
    expect(hashes).toEqual(Object.fromEntries(found))
  })

  it.each(BUILTINS)('[W-4] %s passes the validator', async name => {
    expect(inspectModule(await readBuiltin(name), { maxPages: 64 }).functions).toBeGreaterThan(0)
  })
})
