import { manualClock } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { MERGE_MS, Outbox, RETRY_MS } from './outbox.ts'
import { MAX_UPDATE_BYTES, TEXT } from './update-check.ts'

function setUp(mergeMs?: () => number) {
  const clock = manualClock()
  const written: Uint8Array[] = []
  const failures: unknown[] = []
  const disk = { isFull: false }
  const outbox = new Outbox({
    clock,
    ...(mergeMs && { mergeMs }),
    write(update) {
      if (disk.isFull) return Promise.reject(new Error('disk full'))
      written.push(update)
      return Promise.resolve()
    },
    onSaved: () => undefined,
    onFailed: error => failures.push(error)
  })
  const doc = new Y.Doc()
  doc.on('update', update => outbox.push(update))
  const text = (): string => {
    const copy = new Y.Doc()
    for (const update of written) Y.applyUpdate(copy, update)
    return copy.getText(TEXT).toString()
  }
  return { clock, disk, doc, failures, outbox, text, written }
}

describe('the outbox', () => {
  it('[C-20] writes the first edit at once and merges those of the next 250 ms', async () => {
    const { clock, doc, text, written } = setUp()
    doc.getText(TEXT).insert(0, 'a')
    await clock.advance(0)
    expect(written).toHaveLength(1)
    for (const letter of 'bcd') {
      doc.getText(TEXT).insert(0, letter)
      await clock.advance(MERGE_MS / 5)
    }
    expect(written).toHaveLength(1)
    await clock.advance(MERGE_MS)
    expect([written.length, text()]).toEqual([2, 'dcba'])
  })

  it('[C-44] merges for as long as it is told to, and for less as soon as it is told so', async () => {
    let ms = 2_000
    const { clock, doc, text, written } = setUp(() => ms)
    const type = async (letters: string): Promise<void> => {
      for (const letter of letters) {
        doc.getText(TEXT).insert(0, letter)
        await clock.advance(100)
      }
    }
    await type('a'.repeat(40))
    await clock.advance(2_000)
    expect(written.length).toBeLessThanOrEqual(4)
    ms = MERGE_MS
    await clock.advance(2_000)
    await type('b'.repeat(40))
    await clock.advance(2_000)
    expect(written.length).toBeGreaterThan(15)
    expect(text()).toBe('b'.repeat(40) + 'a'.repeat(40))
  })

  it('[C-20] merges what is done in one go', async () => {
    const { clock, doc, text, written } = setUp()
    doc.getText(TEXT).insert(0, 'one')
    doc.getText(TEXT).insert(3, ' two')
    await clock.advance(0)
    expect([written.length, text()]).toEqual([1, 'one two'])
  })

  it('[C-20] writes without delay when somebody waits for it', async () => {
    const { doc, outbox, text, written } = setUp()
    doc.getText(TEXT).insert(0, 'a')
    await outbox.flush()
    doc.getText(TEXT).insert(1, 'b')
    await outbox.flush()
    expect([written.length, text(), outbox.saved]).toEqual([2, 'ab', 2])
    await outbox.flush()
    expect(written).toHaveLength(2)
  })

  it('[C-21] tells who waits that it failed, keeps the edit and tries again', async () => {
    const { clock, disk, doc, failures, outbox, text } = setUp()
    disk.isFull = true
    doc.getText(TEXT).insert(0, 'kept')
    await expect(outbox.flush()).rejects.toThrow('disk full')
    await clock.advance(0)
    expect([failures.length > 0, outbox.unsaved.length]).toEqual([true, 1])
    disk.isFull = false
    await clock.advance(RETRY_MS)
    expect([text(), outbox.unsaved.length]).toEqual(['kept', 0])
  })

  it('[C-20] never merges beyond what one update may hold', async () => {
    const { doc, outbox, written } = setUp()
    for (let index = 0; index < 5; index++) doc.getText(TEXT).insert(0, 'x'.repeat(MAX_UPDATE_BYTES / 4 - 100))
    await outbox.flush()
    expect(written.length).toBeGreaterThan(2)
    for (const update of written) expect(update.length).toBeLessThanOrEqual(MAX_UPDATE_BYTES / 2)
  })
})
