import type { Entry, Group, Order, PeerId, RecordId, RecordKind, Self } from '@borgo/core'
import { silentLogger } from '@borgo/core'
import { manualClock, memoryStores } from '@borgo/core/testing'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Author, counter, DOCUMENT } from '../test/author.ts'
import { canonicalState } from './canonical.ts'
import { clientOf } from './client-id.ts'
import { documentStore } from './document-store.ts'
import type { DocumentStore } from './document-store.ts'
import { LiveDocument, SNAPSHOT_PARTS } from './live-document.ts'
import type { UpdateData } from './protocol.ts'
import type { UpdatePart } from './replica.ts'
import { SCHEMA } from './schema.ts'
import { TEXT } from './update-check.ts'

const GROUP = 'bgroup' as Group['id']

/** A log of one group without nodes: what is appended is stored, and taken in when `arrive` is called. */
function setUp() {
  const clock = manualClock()
  const store: DocumentStore = documentStore(memoryStores().of('collab').database(SCHEMA))
  const log: Entry<UpdateData>[] = []
  const self = { account: 'zada', device: 'ada', name: 'Ada' } as unknown as Self
  const entry = (device: PeerId, data: UpdateData): Entry<UpdateData> => {
    const position = log.length + 1
    const order: Order = { ms: position, count: 0, device }
    const [id, account] = [`b${position}` as RecordId, 'z' as Entry['account']]
    return { position, group: GROUP, id, kind: 'collab/update', account, device, seq: position, order, data }
  }
  const group = {
    id: GROUP,
    role: 'writer',
    member: () => undefined,
    append: (_kind: RecordKind<UpdateData>, data: UpdateData) => {
      const made = entry(self.device, data)
      log.push(made)
      return Promise.resolve(made)
    },
    page: () => ({ entries: log, before: undefined }),
    broadcast: () => Promise.resolve()
  } as unknown as Group
  let taken = 0
  return {
    clock,
    store,
    open: () =>
      new LiveDocument({ id: DOCUMENT, group, self, clock, log: silentLogger, store, until: () => Promise.resolve() }),
    hear(parts: readonly UpdatePart[]) {
      for (const { device, sessions, part, parts: count, bytes } of parts)
        log.push(entry(device, { document: DOCUMENT, sessions: [...sessions], part, parts: count, bytes }))
    },
    arrive(live?: LiveDocument) {
      const fresh = log.slice(taken)
      taken = log.length
      for (const one of fresh) store.add(one)
      live?.receive(fresh)
    }
  }
}

const bytesOf = (doc: Y.Doc): string => Buffer.from(canonicalState(doc)).toString('hex')

describe('a live document', () => {
  it('[C-24] of 100,000 edits opens from its snapshot, equal to what it was', async () => {
    const { arrive, open, store } = setUp()
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
    const { arrive, hear, open, store } = setUp()
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
    const { arrive, hear, open, store } = setUp()
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'hello')
    const live = open()
    hear(anna.sent)
    arrive(live)
    live.edit({}, text => text.insert(5, ' world'))
    const shown: string[] = []
    live.listen({ onUpdate: () => shown.push(live.text.toString()) })
    hear([knot()])
    arrive(live)
    expect(live.text.toString()).toBe('hello world')
    expect(live.refusals.get('mallory' as PeerId)).toEqual({ count: 1, last: 'inapplicable' })
    await live.outbox.flush()
    arrive(live)
    live.stop()
    const again = open()
    expect([again.text.toString(), store.waiting(DOCUMENT)]).toEqual(['hello world', 0])
    expect(again.refusals.get('mallory' as PeerId)?.count).toBe(1)
    expect(shown).not.toContain('')
  })

  it('[C-14] is built anew from the log when a session turns out to belong to another device', () => {
    const { arrive, hear, open, store } = setUp()
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
    const { open } = setUp()
    const sessions = [open(), open()].flatMap(live => [live.newSession().session, live.newSession().session])
    expect(sessions).toEqual([0, 1, 2, 3])
  })

  it('[C-9] passes over a session whose id another device has', () => {
    const { open, store } = setUp()
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
