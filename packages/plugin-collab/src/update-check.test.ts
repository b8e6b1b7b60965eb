import type { PeerId } from '@borgo/core'
import { FRAMES } from '@borgo/core/testing'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Author, counter, DOCUMENT, random } from '../test/author.ts'
import { mutate } from '../test/mutate.ts'
import { canonicalState } from './canonical.ts'
import { Replica } from './replica.ts'
import type { UpdatePart } from './replica.ts'
import { inspectUpdate, MAX_UPDATE_BYTES, TEXT } from './update-check.ts'

const SEED = 20_261_122

const bytesOf = (doc: Y.Doc): string => Buffer.from(canonicalState(doc)).toString('hex')

/** A document with some history, the updates that made it, and their authors. */
function sample(): { authors: Author[]; records: UpdatePart[] } {
  const positions = counter()
  const authors = ['anna', 'bruno', 'carla'].map(name => new Author(name, positions))
  const next = random(SEED)
  for (let index = 0; index < 60; index++) {
    const author = authors[next(authors.length)]!
    const at = next(author.text.length + 1)
    if (next(4) === 0) author.text.delete(at, Math.min(next(5), author.text.length - at))
    else author.text.insert(at, 'lorem ipsum \u{1f3e1}'.slice(0, 1 + next(14)))
    if (next(2) === 0) author.hear(Y.encodeStateAsUpdate(authors[next(authors.length)]!.doc))
  }
  const records = authors.flatMap(author => author.sent).sort((a, b) => a.position - b.position)
  return { authors, records }
}

describe('updates that were tampered with', () => {
  it(`[C-10] ${FRAMES} mutated updates under another's name change nothing and are refused (seed ${SEED})`, () => {
    const { records } = sample()
    let replica = new Replica(DOCUMENT)
    replica.receive(records)
    const state = { state: Y.encodeStateAsUpdateV2(replica.doc), clients: replica.clients }
    const before = bytesOf(replica.doc)
    const next = random(SEED)
    let changed = 0
    for (let index = 0; index < FRAMES; index++) {
      const bytes = mutate(records[next(records.length)]!.bytes, next)
      // A name for each, so that the tenth refusal does not spare the rest the checks.
      const device = `mallory ${index}` as PeerId
      const settled = replica.receive([{ position: 1_000 + index, device, sessions: [1], part: 0, parts: 1, bytes }])
      expect(settled.restart).toBeUndefined()
      if (settled.accepted === 0) continue
      // Some leave nothing but deletions, which any writer may make; go back to before them.
      expect(inspectUpdate(bytes).spans.size).toBe(0)
      replica = new Replica(DOCUMENT, state)
      changed += 1
    }
    expect(bytesOf(replica.doc)).toBe(before)
    expect(changed).toBeLessThan(FRAMES / 20)
  })

  it(`[C-13] ${FRAMES} mutated updates of one's own never leave a document half changed (seed ${SEED})`, () => {
    const { records } = sample()
    const next = random(SEED + 1)
    let replica = new Replica(DOCUMENT)
    replica.receive(records)
    const state = { state: Y.encodeStateAsUpdateV2(replica.doc), clients: replica.clients }
    const known = Y.encodeStateAsUpdate(replica.doc)
    const own = Array.from({ length: 200 }, (_, index) => {
      const author = new Author(records[index % records.length]!.device, counter(), 2 + index)
      author.hear(known)
      author.text.insert(next(author.text.length + 1), `${index} `)
      return author.sent[0]!
    })
    for (let index = 0; index < FRAMES; index++) {
      const chosen = own[next(own.length)]!
      const { bytes } = next(2) ? chosen : records[next(records.length)]!
      const part = { ...chosen, position: 1_000 + index, bytes: mutate(bytes, next) }
      const { restart } = replica.receive([part])
      const { store } = replica.doc
      if (restart === undefined) expect([store.pendingStructs, store.pendingDs]).toEqual([null, null])
      // Goes on from a saved state every so often, as a node does after anything that Yjs choked on.
      if (restart !== undefined || index % 20 === 0) replica = new Replica(DOCUMENT, state)
    }
    const dora = new Author('dora', counter())
    dora.hear(Y.encodeStateAsUpdate(replica.doc))
    dora.text.insert(0, 'still writable')
    replica.receive(dora.sent)
    expect(replica.doc.getText(TEXT).toString().startsWith('still writable')).toBe(true)
  })

  it('[C-10] refuses what is not plain text, too long, or hangs on itself', () => {
    const update = (edit: (doc: Y.Doc) => void): Uint8Array => {
      const doc = new Y.Doc()
      edit(doc)
      return Y.encodeStateAsUpdate(doc)
    }
    const refused = [
      update(doc => doc.getText(TEXT).insertEmbed(0, { image: 'x' })),
      update(doc => doc.getText(TEXT).insert(0, 'bold', { bold: true })),
      update(doc => doc.getText('other').insert(0, 'elsewhere')),
      update(doc => doc.getMap('text').set('key', 'value')),
      update(doc => doc.getArray('list').push([new Y.Text('nested')])),
      new Uint8Array(MAX_UPDATE_BYTES + 1),
      // One client, 2^31 structs, and nothing more.
      Uint8Array.of(1, 0x80, 0x80, 0x80, 0x80, 0x08, 1, 0),
      // A letter whose left neighbour is itself.
      Uint8Array.of(1, 1, 7, 0, 0x84, 7, 0, 1, 97, 0),
      // A deletion of nothing.
      Uint8Array.of(0, 1, 7, 1, 0, 0)
    ]
    for (const bytes of refused)
      expect(() => inspectUpdate(bytes)).toThrow(expect.objectContaining({ code: 'BAD_UPDATE' }))
  })

  it('[C-10] lets letters and deletions through and says what they need', () => {
    const [one, other] = [new Y.Doc(), new Y.Doc()]
    one.clientID = 1
    one.getText(TEXT).insert(0, 'abc')
    Y.applyUpdate(other, Y.encodeStateAsUpdate(one))
    other.clientID = 2
    const before = Y.encodeStateVector(other)
    other.getText(TEXT).insert(3, 'de')
    other.getText(TEXT).delete(0, 1)
    const { spans, needs } = inspectUpdate(Y.encodeStateAsUpdate(other, before))
    expect(spans).toEqual(new Map([[2, { from: 0, to: 2 }]]))
    expect(needs).toEqual(new Map([[2, 2], [1, 3]])) // prettier-ignore
  })
})
