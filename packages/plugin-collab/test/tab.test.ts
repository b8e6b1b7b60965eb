import type { Village } from '@borgo/core/testing'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import type { OpenDocument, Tab, TabEnd } from '../src/index.ts'
import { TEXT } from '../src/update-check.ts'
import { random } from './author.ts'
import { bytesOf, createVillage, found, gather, move, openAt, settle } from './people.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 13 })
})
afterEach(() => village.stop())

/** An editor as a browser has it: y-protocols on its own Yjs document. */
class Browser {
  readonly doc = new Y.Doc()
  awareness: Awareness | undefined
  session: number | undefined
  writable: boolean | undefined
  sent = 0
  saved = 0
  ended: TabEnd | undefined
  #tab: Tab | undefined

  constructor() {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#say(0, encoder => writeUpdate(encoder, update))
    })
  }

  get text(): Y.Text {
    return this.doc.getText(TEXT)
  }

  get names(): string[] {
    return [...(this.awareness?.getStates().values() ?? [])].map(state => String(state.user?.name)).sort()
  }

  connect(document: OpenDocument): this {
    this.ended = undefined
    // What the node says comes later, as over a socket.
    const early: Uint8Array[] = []
    let take = (message: Uint8Array): void => void early.push(message)
    const link = { send: (message: Uint8Array) => take(message), close: (reason: TabEnd) => (this.ended = reason) }
    this.#tab = document.connect(link, { session: this.session })
    take = message => this.#hear(message)
    for (const message of early) take(message)
    return this
  }

  disconnect(): void {
    this.#tab?.close()
    this.#tab = undefined
  }

  raw(message: Uint8Array): void {
    this.#tab?.receive(message)
  }

  select(index: number): void {
    const position = Y.createRelativePositionFromTypeIndex(this.text, index)
    this.awareness!.setLocalState({ user: { name: 'made up' }, cursor: { anchor: position, head: position } })
    const update = encodeAwarenessUpdate(this.awareness!, [this.doc.clientID])
    this.#say(1, encoder => encoding.writeVarUint8Array(encoder, update))
  }

  #say(type: number, write: (encoder: encoding.Encoder) => void): void {
    if (this.#tab === undefined) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, type)
    write(encoder)
    if (type === 0 && encoding.toUint8Array(encoder)[1] !== 0) this.sent += 1
    this.#tab.receive(encoding.toUint8Array(encoder))
  }

  #hear(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message)
    const type = decoding.readVarUint(decoder)
    if (type === 100) {
      const hello = JSON.parse(decoding.readVarString(decoder))
      this.session = hello.session
      this.writable = hello.writable
      this.doc.clientID = hello.client
      this.awareness ??= new Awareness(this.doc)
      this.#say(0, encoder => writeSyncStep1(encoder, this.doc))
    } else if (type === 101) this.saved = decoding.readVarUint(decoder)
    else if (type === 1) applyAwarenessUpdate(this.awareness!, decoding.readVarUint8Array(decoder), this)
    else {
      const encoder = encoding.createEncoder()
      readSyncMessage(decoder, encoder, this.doc, this)
      if (encoding.length(encoder) > 0) {
        const answer = encoding.toUint8Array(encoder)
        this.#say(0, to => encoding.writeUint8Array(to, answer))
      }
    }
  }

  destroy(): void {
    this.disconnect()
    this.awareness?.destroy()
  }
}

describe('editors beside a node', () => {
  const browsers: Browser[] = []
  const browse = (document: OpenDocument): Browser => {
    const browser = new Browser().connect(document)
    browsers.push(browser)
    return browser
  }
  afterEach(() => {
    for (const browser of browsers.splice(0)) browser.destroy()
  })

  it('[C-40] several tabs here and a person elsewhere edit one text', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    const tabs = [browse(ada!), browse(ada!), browse(ben!)]
    expect(new Set(tabs.map(({ doc }) => doc.clientID)).size).toBe(3)
    const next = random(99)
    for (let index = 0; index < 120; index++) {
      const { text } = tabs[next(3)]!
      text.insert(next(text.length + 1), `${index},`)
      if (next(10) === 0) await village.clock.advance(30)
    }
    ada!.insert(0, 'from the node: ')
    await village.until(() => bytesOf(ada!) === bytesOf(ben!) && tabs.every(({ saved, sent }) => saved === sent))
    for (const { text } of tabs) await village.until(() => text.toString() === ada!.text())
    expect(ada!.text().split(',')).toHaveLength(121)
    expect([ada!.refusals(), ben!.refusals()]).toEqual([[], []])
  })

  it('[C-41] a tab that was cut off goes on under its session and loses nothing, over a restart of the node too', async () => {
    let [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const place = await found(village, [ada!], group.id)
    const tab = browse(openAt(ada!, place))
    tab.text.insert(0, 'before. ')
    await village.until(() => tab.saved === tab.sent)
    const { session } = tab
    tab.disconnect()
    tab.text.insert(0, 'while away. ')
    ada = await move(await village.restart(ada!.node))
    const again = openAt(ada, place)
    expect(again.text()).toBe('before. ')
    tab.connect(again)
    expect(tab.session).toBe(session)
    expect(again.text()).toBe('while away. before. ')
    await village.run(again.flush())
    expect(again.refusals()).toEqual([])
  })

  it('[C-41] a tab that hands on what the node lost of another one is believed', async () => {
    const [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const document = openAt(ada!, await found(village, [ada!], group.id))
    const [one, other] = [browse(document), browse(document)]
    one.text.insert(0, 'typed in one')
    expect(other.text.toString()).toBe('typed in one')
    await village.run(document.flush())
    other.text.insert(0, 'and in the other, ')
    await village.run(document.flush())
    expect(document.text()).toBe('and in the other, typed in one')
  })

  it('[C-41] ends the older of two connections of one session, and one whose session nobody knows', async () => {
    const [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const document = openAt(ada!, await found(village, [ada!], group.id))
    const tab = browse(document)
    const twin = new Browser()
    twin.session = tab.session
    browsers.push(twin.connect(document))
    expect([tab.ended, twin.ended]).toEqual(['replaced', undefined])
    const stranger = new Browser()
    stranger.session = 77
    browsers.push(stranger.connect(document))
    expect(stranger.ended).toBe('reset')
  })

  it('[C-40] opens in at most 24 tabs at once', async () => {
    const [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const document = openAt(ada!, await found(village, [ada!], group.id))
    const tabs = Array.from({ length: 24 }, () => browse(document))
    expect(() => browse(document)).toThrow(expect.objectContaining({ code: 'BUSY' }))
    tabs[0]!.disconnect()
    tabs[0]!.connect(document)
    for (const { text } of tabs) text.insert(0, 'x')
    await village.run(document.flush())
    expect(document.text()).toBe('x'.repeat(24))
  })

  it('[C-42] names come from the group, cursors from the tab, and both go when it leaves', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    const [left, right] = [browse(ada!), browse(ben!)]
    left.text.insert(0, 'hello world')
    await village.until(() => right.text.length === 11)
    left.select(5)
    await village.until(() => right.names.includes('Ada'))
    await village.until(() => [...right.awareness!.getStates().values()].some(({ cursor }) => cursor))
    const state = right.awareness!.getStates().get(left.doc.clientID)!
    const head = Y.createAbsolutePositionFromRelativePosition(
      Y.createRelativePositionFromJSON(state.cursor.head),
      right.doc
    )
    expect([state.user.name, head?.index]).toEqual(['Ada', 5])
    expect(left.names).not.toContain('made up!')
    left.disconnect()
    await village.until(() => !right.names.includes('Ada'), 1_000)
  })

  it('[C-43] a tab that sends garbage, a stranger’s text, or writes without leave is cut off', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people, 'reader')
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    for (const message of [[], [9], [0, 9, 0], [0, 2, 3, 1, 1], [0, 0, 2, 255, 255], [1, 1, 7]]) {
      const tab = browse(ada!)
      tab.raw(Uint8Array.from(message))
      expect(tab.ended, String(message)).toBe('bad-message')
    }
    const forger = browse(ada!)
    forger.doc.clientID = 12_345
    forger.text.insert(0, 'not my id')
    expect(forger.ended).toBe('bad-message')
    const reader = browse(ben!)
    expect([reader.writable, reader.ended]).toEqual([false, undefined])
    reader.text.insert(0, 'let me')
    expect(reader.ended).toBe('forbidden')
    expect([ada!.text(), ben!.text()]).toEqual(['', ''])
  })

  it('[C-40] a paste of a megabyte reaches the others', async () => {
    const people = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, people)
    const place = await found(village, people, group.id)
    const [ada, ben] = people.map(person => openAt(person, place))
    const tab = browse(ada!)
    tab.text.insert(0, 'line of text\n'.repeat(80_000))
    await village.until(() => ben!.text().length === 1_040_000)
    expect(bytesOf(ben!)).toBe(bytesOf(ada!))
  })
})
