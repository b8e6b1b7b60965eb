import type { PeerId } from '@borgo/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Author, counter, DOCUMENT, random } from '../test/author.ts'
import { canonicalState } from './canonical.ts'
import { clientOf } from './client-id.ts'
import { MAX_REFUSALS, Replica } from './replica.ts'
import type { UpdatePart } from './replica.ts'
import { TEXT } from './update-check.ts'

const textOf = (replica: Replica): string => replica.doc.getText(TEXT).toString()
const bytesOf = (replica: Replica): string => Buffer.from(canonicalState(replica.doc)).toString('hex')

/** Merges the devices' records into one order of arrival, keeping each device's own order. */
function shuffle(sent: readonly UpdatePart[][], seed: number): UpdatePart[] {
  const next = random(seed)
  const left = sent.map(records => [...records]).filter(records => records.length > 0)
  const order: UpdatePart[] = []
  while (left.length > 0) {
    const index = next(left.length)
    const record = left[index]?.shift()
    if (record !== undefined) order.push(record)
    if (left[index]?.length === 0) left.splice(index, 1)
  }
  return order
}

type Step = { who: number; do: 'insert' | 'delete' | 'hear'; at: number; size: number }

const steps = fc.array(
  fc.record({
    who: fc.nat(4),
    do: fc.constantFrom('insert', 'insert', 'delete', 'hear' as const) as fc.Arbitrary<Step['do']>,
    at: fc.nat(10_000),
    size: fc.integer({ min: 1, max: 12 })
  }),
  { maxLength: 60 }
)

/** Lets up to five people edit; each hears of the others only when a step says so, however long it was away. */
function play(script: readonly Step[]): Author[] {
  const positions = counter()
  const authors = ['anna', 'bruno', 'carla', 'dario', 'elena'].map(name => new Author(name, positions))
  script.forEach((step, index) => {
    const author = authors[step.who]!
    const { text } = author
    const at = step.at % (text.length + 1)
    if (step.do === 'insert') text.insert(at, String.fromCharCode(97 + (index % 26)).repeat(step.size))
    else if (step.do === 'delete') text.delete(at, Math.min(step.size, text.length - at))
    else author.hear(Y.encodeStateAsUpdate(authors[step.at % authors.length]!.doc))
  })
  return authors
}

describe('a replica', () => {
  it('[C-12] ends byte-equal with every other that got the same records, in any order', () => {
    fc.assert(
      fc.property(steps, fc.integer(), fc.integer(), (script, one, other) => {
        const sent = play(script).map(author => author.sent)
        const [first, second] = [new Replica(DOCUMENT), new Replica(DOCUMENT)]
        first.receive(shuffle(sent, one))
        for (const part of shuffle(sent, other)) second.receive([part])
        expect(first.waiting + second.waiting).toBe(0)
        expect(first.refusals.size + second.refusals.size).toBe(0)
        expect(bytesOf(first)).toBe(bytesOf(second))
        expect(textOf(first)).toBe(textOf(second))
      }),
      { numRuns: 300 }
    )
  })

  it('[C-12] ends byte-equal with its authors once they heard of everything', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (script, seed) => {
        const authors = play(script)
        const replica = new Replica(DOCUMENT)
        replica.receive(
          shuffle(
            authors.map(author => author.sent),
            seed
          )
        )
        for (const author of authors) {
          for (const other of authors) author.hear(Y.encodeStateAsUpdate(other.doc))
          expect(Buffer.from(canonicalState(author.doc)).toString('hex')).toBe(bytesOf(replica))
        }
      }),
      { numRuns: 100 }
    )
  })

  it('[C-12] goes on from a saved state as if it had never stopped', () => {
    fc.assert(
      fc.property(steps, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (script, seed, cut) => {
        const order = shuffle(
          play(script).map(author => author.sent),
          seed
        )
        const whole = new Replica(DOCUMENT)
        whole.receive(order)
        const half = Math.floor(order.length * cut)
        const before = new Replica(DOCUMENT)
        const settled = new Set(before.receive(order.slice(0, half)).positions)
        const after = new Replica(DOCUMENT, {
          state: Y.encodeStateAsUpdateV2(before.doc),
          clients: before.clients,
          refusals: before.refusals
        })
        after.receive(order.filter((part, index) => index >= half || !settled.has(part.position)))
        expect(bytesOf(after)).toBe(bytesOf(whole))
      }),
      { numRuns: 100 }
    )
  })

  it('[C-13] keeps an update back, with all that its device wrote after it, until the text it hangs on is there', () => {
    const positions = counter()
    const [anna, bruno] = [new Author('anna', positions), new Author('bruno', positions)]
    anna.text.insert(0, 'hello')
    bruno.hear(Y.encodeStateAsUpdate(anna.doc))
    bruno.text.insert(5, ' world')
    bruno.text.insert(0, '> ')
    const replica = new Replica(DOCUMENT)
    replica.receive(bruno.sent)
    expect([textOf(replica), replica.waiting]).toEqual(['', 2])
    expect(replica.doc.store.pendingStructs).toBeNull()
    expect(replica.receive(anna.sent).positions).toHaveLength(3)
    expect([textOf(replica), replica.waiting]).toEqual(['> hello world', 0])
  })

  it('[C-11] takes a paste of a megabyte in parts and none of it before the last part', () => {
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'x'.repeat(1_000_000))
    expect(anna.sent.length).toBeGreaterThan(16)
    const replica = new Replica(DOCUMENT)
    replica.receive(anna.sent.slice(0, -1))
    expect(textOf(replica)).toBe('')
    replica.receive(anna.sent.slice(-1))
    expect(textOf(replica)).toHaveLength(1_000_000)
  })

  it('[C-11] drops the beginning of an update whose device started again', () => {
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'x'.repeat(100_000))
    const again = anna.sent.map(part => ({ ...part, position: part.position + 10 }))
    const replica = new Replica(DOCUMENT)
    const { positions } = replica.receive([anna.sent[0]!, ...again])
    expect(positions).toContain(anna.sent[0]!.position)
    expect([textOf(replica).length, replica.refusals.size]).toEqual([100_000, 0])
  })

  it('[C-11] refuses a part that does not follow the one before', () => {
    const anna = new Author('anna', counter())
    anna.text.insert(0, 'x'.repeat(200_000))
    const replica = new Replica(DOCUMENT)
    const { refused, positions } = replica.receive([anna.sent[0]!, anna.sent[2]!])
    expect(refused).toEqual([{ device: anna.device, reason: 'out-of-step' }])
    expect(positions).toHaveLength(2)
  })

  it('[C-10] refuses text under the id of another device', () => {
    const positions = counter()
    const anna = new Author('anna', positions)
    anna.text.insert(0, 'mine')
    const replica = new Replica(DOCUMENT)
    const { refused } = replica.receive(anna.sent.map(part => ({ ...part, device: 'mallory' as PeerId })))
    expect(refused).toEqual([{ device: 'mallory', reason: 'not-its-author' }])
    expect(textOf(replica)).toBe('')
    replica.receive(anna.sent)
    expect(textOf(replica)).toBe('mine')
  })

  it('[C-10] refuses a second version of text that its device wrote before, or a gap in it', () => {
    const positions = counter()
    const [once, twice] = [new Author('anna', positions), new Author('anna', positions)]
    once.text.insert(0, 'first')
    twice.text.insert(0, 'other')
    twice.text.insert(5, ' text')
    const replica = new Replica(DOCUMENT)
    const { refused } = replica.receive([...once.sent, twice.sent[0]!])
    expect(refused).toEqual([{ device: 'anna', reason: 'out-of-step' }])
    expect(new Replica(DOCUMENT).receive([twice.sent[1]!]).refused).toHaveLength(1)
    expect(textOf(replica)).toBe('first')
  })

  it('[C-14] gives a session id that two devices arrive at to the smaller one', () => {
    const positions = counter()
    const [anna, zeno] = [new Author('anna', positions), new Author('zeno', positions)]
    const shared = clientOf(DOCUMENT, anna.device, 1)
    anna.text.insert(0, 'a')
    zeno.text.insert(0, 'z')
    // A real collision takes 2^53 tries: the same state as after one, entered from the side.
    const taken = new Map([[shared, { device: zeno.device, session: 9, clock: 1 }]])
    const before = new Replica(DOCUMENT, { clients: taken })
    expect(before.receive(anna.sent).restart).toEqual({
      claim: { client: shared, device: anna.device, session: 1 }
    })
    const own = new Map([[clientOf(DOCUMENT, zeno.device, 1), { device: anna.device, session: 9, clock: 0 }]])
    const after = new Replica(DOCUMENT, { clients: own })
    expect(after.receive(zeno.sent).refused).toEqual([{ device: zeno.device, reason: 'session-taken' }])
  })

  it('[C-15] stops listening to a device after ten refused updates', () => {
    const positions = counter()
    const mallory = new Author('mallory', positions)
    const replica = new Replica(DOCUMENT)
    for (let index = 0; index < MAX_REFUSALS; index++) mallory.send(Uint8Array.of(1, 2, 3, index))
    mallory.text.insert(0, 'now honest')
    const { refused } = replica.receive(mallory.sent)
    expect(refused.map(({ reason }) => reason)).toEqual([...Array(MAX_REFUSALS).fill('undecodable'), 'ignored'])
    expect(replica.refusals.get(mallory.device)).toEqual({ count: MAX_REFUSALS + 1, last: 'ignored' })
  })
})
