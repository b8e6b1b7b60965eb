import type { PeerId } from '@borgo/core'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Author, counter, DOCUMENT } from '../test/author.ts'
import { GROUP, paperLog } from '../test/paper-log.ts'
import { canonicalState } from './canonical.ts'
import { clientOf } from './client-id.ts'
import { SNAPSHOT_PARTS } from './live-document.ts'
import type { UpdatePart } from './replica.ts'
import { TEXT } from './update-check.ts'

const bytesOf = (doc: Y.Doc): string => Buffer.from(canonicalState(doc)).toString('hex')

describe('a live document', () => {
  it('[C-24] of 100,000 edits opens from its snapshot, equal to what it was', async () => {
    const { arrive, open, store } = paperLog()
    const live = open()
    const origin = {}
    for (let index = 0; index < 100_000; index++) {
      const at = index % 7 === 0 ? 0 : live.text.length
      live.edit(origin, text => text.insert(at, String.fromCharCode(97 + (index % 26))))
      if (index % 200 !== 199) continue
      await live.outbox.flush()
      arrive(live)
    }
    const before = bytesOf(live.doc)
    live.stop()
    expect(store.waiting(DOCUMENT)).toBe(0)
    const again = open()
    expect(again.text.length).toBe(100_000)
    expect(bytesOf(again.doc)).toBe(before)
    again.stop()
  })

  it('[C-24] writes a snapshot every 500 records, and none that holds what is not in the log', async () => {
    const { arrive, hear, open, store } = paperLog()
    const anna = new Author('anna', counter())
    for (let index = 0; index < SNAPSHOT_PARTS + 10; index++) anna.text.insert(0, 'x')
    const live = open()
    hear(anna.sent.slice(0, SNAPSHOT_PARTS - 1))
    arrive(live)
    expect(store.waiting(DOCUMENT)).toBe(SNAPSHOT_PARTS - 1)
    live.edit({}, text => text.insert(0, 'typed'))
    hear(anna.sent.slice(SNAPSHOT_PARTS - 1, SNAPSHOT_PARTS + 1))
    arrive(live)
    expect(store.waiting(DOCUMENT)).toBe(SNAPSHOT_PARTS + 1)
    await live.outbox.flush()
    live.save()
    expect(store.waiting(DOCUMENT)).toBe(SNAPSHOT_PARTS + 1)
    arrive(live)
    expect(store.waiting(DOCUMENT)).toBe(0)
    const again = open()
    expect(bytesOf(again.doc)).toBe(bytesOf(live.doc))
  })

  it('[C-16] is built anew without an update that Yjs cannot take, and keeps what was typed meanwhile', async () => {
    const { arrive, hear, open, store } = paperLog()
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'hello')
    const live = open()
    hear(anna.sent)
    arrive(live)
    live.edit({}, text => text.insert(5, ' world'))
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(live.doc))
    live.listen({ onUpdate: update => Y.applyUpdate(copy, update) })
    anna.text.insert(0, '> ')
    hear([...anna.sent.slice(1), knot()])
    arrive(live)
    expect(live.text.toString()).toBe('> hello world')
    expect([copy.getText(TEXT).toString(), copy.store.pendingStructs]).toEqual(['> hello world', null])
    expect(live.refusals.get('mallory' as PeerId)).toEqual({ count: 1, last: 'inapplicable' })
    await live.outbox.flush()
    arrive(live)
    live.stop()
    const again = open()
    expect([again.text.toString(), store.waiting(DOCUMENT)]).toEqual(['> hello world', 0])
    expect(again.refusals.get('mallory' as PeerId)?.count).toBe(1)
  })

  it('[C-16] is built anew when something could not be taken in, e.g. for a full disk', () => {
    const { arrive, hear, open, store } = paperLog()
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'hello')
    const live = open()
    const { skip } = store
    store.skip = () => {
      throw new Error('disk full')
    }
    hear([knot(), ...anna.sent])
    arrive(live)
    store.skip = skip
    live.edit({}, text => text.insert(text.length, '!'))
    expect(live.text.toString()).toBe('hello!')
  })

  it('[C-14] is built anew from the log when a session turns out to belong to another device', () => {
    const { arrive, hear, open, store } = paperLog()
    const positions = counter()
    const [anna, zeno] = [new Author('anna', positions), new Author('zeno', positions)]
    zeno.text.insert(0, 'zeno was here. ')
    hear(zeno.sent)
    arrive()
    const before = open()
    expect(before.text.toString()).toBe('zeno was here. ')
    before.save()
    // As after a collision, which takes 2^53 tries to make: Anna's session is taken by Zeno.
    const client = clientOf(DOCUMENT, anna.device, 1)
    const { clients, refusals } = store.load(DOCUMENT, GROUP).from
    const taken = new Map([...clients!, [client, { device: zeno.device, session: 8, clock: 3 }]])
    store.save(DOCUMENT, {
      state: Y.encodeStateAsUpdateV2(before.doc),
      clients: taken,
      refusals: refusals!,
      settled: []
    })
    const live = open()
    let resets = 0
    live.listen({ onReset: () => resets++ })
    anna.text.insert(0, 'anna too. ')
    hear(anna.sent)
    arrive(live)
    expect(resets).toBe(1)
    expect([...live.text.toString().split('. ')].sort()).toEqual(['', 'anna too', 'zeno was here'])
    expect(store.load(DOCUMENT, GROUP).from.clients?.get(client)?.device).toBe('anna')
  })

  it('[C-9] never gives a session out twice, whatever happens in between', () => {
    const { open } = paperLog()
    const sessions = [open(), open()].flatMap(live => [live.newSession().session, live.newSession().session])
    expect(sessions).toEqual([0, 1, 2, 3])
  })

  it('[C-9] passes over a session whose id another device has', () => {
    const { open, store } = paperLog()
    const client = clientOf(DOCUMENT, 'ada' as PeerId, 0)
    const taken = new Map([[client, { device: 'anna' as PeerId, session: 3, clock: 1 }]])
    store.save(DOCUMENT, {
      state: Y.encodeStateAsUpdateV2(new Y.Doc()),
      clients: taken,
      refusals: new Map(),
      settled: []
    })
    expect(open().newSession().session).toBe(1)
  })
})

/** Two sessions of one device, each of whose letters hangs on the other's: it passes every check, and can never be. */
function knot(): UpdatePart {
  const device = 'mallory' as PeerId
  const clients = [clientOf(DOCUMENT, device, 1), clientOf(DOCUMENT, device, 2)]
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 2)
  for (const [index, client] of clients.entries()) {
    for (const number of [1, client, 0]) encoding.writeVarUint(encoder, number)
    encoding.writeUint8(encoder, 0x84)
    for (const number of [clients[1 - index]!, 0]) encoding.writeVarUint(encoder, number)
    encoding.writeVarString(encoder, 'x')
  }
  encoding.writeVarUint(encoder, 0)
  return { position: 0, device, sessions: [1, 2], part: 0, parts: 1, bytes: encoding.toUint8Array(encoder) }
}

it('[C-16] a knot passes the checks that need no document', () => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, knot().bytes)
  expect([doc.getText(TEXT).toString(), doc.store.pendingStructs !== null]).toEqual(['', true])
})
