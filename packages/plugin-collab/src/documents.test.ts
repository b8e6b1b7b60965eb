import type { PluginContext } from '@borgo/core'
import { silentLogger } from '@borgo/core'
import { expect, it } from 'vitest'
import { Author, counter, DOCUMENT } from '../test/author.ts'
import { paperLog } from '../test/paper-log.ts'
import { Documents } from './documents.ts'

function setUp() {
  const log = paperLog()
  const stop = new AbortController()
  const { clock, group, self, store } = log
  const context = { clock, log: silentLogger, self, signal: stop.signal } as unknown as PluginContext
  const documents = new Documents({ context, store, until: () => Promise.resolve(), groupOf: () => group })
  return { ...log, documents, stop }
}

it('[C-24] brings a document that nobody has open up to date every 1,000 records', () => {
  const { arrive, documents, hear, store } = setUp()
  const anna = new Author('anna', counter())
  for (let index = 0; index < 1_000; index++) anna.text.insert(0, 'x')
  hear(anna.sent.slice(0, 999))
  documents.receive(arrive())
  expect(store.waiting(DOCUMENT)).toBe(999)
  hear(anna.sent.slice(999))
  documents.receive(arrive())
  expect(store.waiting(DOCUMENT)).toBe(0)
})

it('[C-20] keeps one session for the edits of the node itself, however often it opens the document', async () => {
  const { arrive, clock, documents, group, store } = setUp()
  for (const letter of 'abc') {
    const document = documents.open(DOCUMENT, group)
    document.insert(document.text().length, letter)
    await document.close()
    documents.receive(arrive())
    await clock.advance(60_000)
  }
  expect(documents.open(DOCUMENT, group).text()).toBe('abc')
  expect([store.isOwnSession(DOCUMENT, 0), store.isOwnSession(DOCUMENT, 1)]).toEqual([true, false])
})

it('[C-21] writes what was typed when the plugin stops, and opens nothing any more', async () => {
  const { arrive, documents, group, open, stop } = setUp()
  const document = documents.open(DOCUMENT, group)
  document.insert(0, 'one ')
  await document.flush()
  document.insert(4, 'two')
  stop.abort(new Error('stopped'))
  await documents.stop()
  arrive()
  expect(open().text.toString()).toBe('one two')
  expect(() => documents.open(DOCUMENT, group)).toThrow('stopped')
  expect(() => document.text()).not.toThrow()
})
