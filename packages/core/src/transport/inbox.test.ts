import { expect, it } from 'vitest'
import { seededRandom } from '../testing/random.ts'
import { Inbox } from './inbox.ts'

const drain = (inbox: Inbox): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  for (let chunk = inbox.shift(); chunk; chunk = inbox.shift()) chunks.push(chunk)
  return chunks
}

it('[T-110] what waits for a reader takes few objects, however short its chunks are', () => {
  const inbox = new Inbox()
  for (let byte = 0; byte < 100_000; byte++) inbox.push(Uint8Array.of(byte))
  expect(inbox.bytes).toBe(100_000)
  const chunks = drain(inbox)
  expect(chunks.length).toBeLessThan(100)
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(Array.from({ length: 100_000 }, (_, byte) => byte % 256)))
})

it('[T-110] chunks of any length come out in order, whole when they are long', () => {
  const random = seededRandom(5)
  const inbox = new Inbox()
  const [sent, received]: [Uint8Array[], Uint8Array[]] = [[], []]
  for (let turn = 0; turn < 5_000; turn++) {
    const length = Math.floor(random() * (random() < 0.2 ? 3_000 : 30))
    const chunk = new Uint8Array(length).fill(turn)
    inbox.push(chunk)
    sent.push(chunk)
    const next = random() < 0.3 ? inbox.shift() : undefined
    // What was handed over does not change any more.
    if (next) received.push(next)
  }
  received.push(...drain(inbox))
  expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true)
  expect(inbox.bytes).toBe(0)
  const long = new Uint8Array(1_000)
  inbox.push(Uint8Array.of(1))
  inbox.push(long)
  expect(drain(inbox)[1]).toBe(long)
  inbox.push(long)
  inbox.clear()
  expect([inbox.bytes, inbox.shift()]).toEqual([0, undefined])
})
