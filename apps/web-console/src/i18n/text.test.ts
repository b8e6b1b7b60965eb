import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from './languages.ts'

/** `key.path` → the places to fill in, sorted. */
function places(text: Record<string, unknown>, path = ''): Map<string, string> {
  return new Map(
    Object.entries(text).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[path + key, [...value.matchAll(/\{\{\w+\}\}/g)].map(String).sort().join(' ')] as const]
        : [...places(value as Record<string, unknown>, `${path}${key}.`)]
    )
  )
}

const read = async (file: string) =>
  ((await import(new URL(file, new URL('../', import.meta.url)).href)) as { text: Record<string, unknown> }).text

const folders = globSync('**/text', { cwd: new URL('../', import.meta.url).pathname }).sort()

describe.each(folders)('%s', folder => {
  it.each(Object.keys(LANGUAGES))(
    '[U-9] has the same texts and places to fill in in %s as in English',
    async language => {
      const english = places(await read(`${folder}/en.ts`))
      expect([...places(await read(`${folder}/${language}.ts`))].sort()).toEqual([...english].sort())
    }
  )
})
