import { describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import { deframe, END, frame } from './framing.ts'

const MAX = 300_000

async function* from(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function read(chunks: Uint8Array[], maxMessageBytes = MAX): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = []
  for await (const message of deframe({ maxMessageBytes })(from(chunks))) messages.push(message)
  return messages
}

const wire = (...messages: Uint8Array[]): Uint8Array[] => [...messages.flatMap(frame), END]

describe('framing', () => {
  it('[T-7] gives back every length, however the bytes are cut', async () => {
    const random = seededRandom(1)
    const lengths = [1, 2, 127, 128, 129, 16_383, 16_384, 16_385, 65_536, 200_000, MAX]
    const messages = lengths.map(length => Uint8Array.from({ length }, () => random() * 256))
    const bytes = Buffer.concat(wire(...messages))
    for (const largest of [1, 7, 1000, 100_000, bytes.length]) {
      const chunks: Uint8Array[] = []
      for (let at = 0; at < bytes.length;) {
        const next = at + 1 + Math.floor(random() * largest)
        chunks.push(bytes.subarray(at, next))
        at = next
      }
      const got = await read(chunks)
      expect(got.map(message => Buffer.compare(message, messages[got.indexOf(message)]!))).toEqual(lengths.map(() => 0))
    }
  })

  it('[T-7] tells an end from bytes that break off', async () => {
    expect(await read([END])).toEqual([])
    for (const broken of [[], [Uint8Array.of(3, 1, 2)], frame(Uint8Array.of(1)), [Uint8Array.of(0x80)]])
      await expect(read(broken)).rejects.toMatchObject({ code: 'STREAM_RESET' })
  })

  it('[T-8] refuses a length above the limit before the message came, and odd prefixes', async () => {
    const tooLong = frame(new Uint8Array(MAX + 1))[0]!.subarray(0, 3)
    const endless = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x01)
    const notMinimal = Uint8Array.of(0x81, 0x00, 7)
    const afterEnd = Uint8Array.of(0, 1, 7)
    for (const bytes of [tooLong, endless, notMinimal, afterEnd])
      await expect(read([bytes])).rejects.toMatchObject({ code: 'BAD_MESSAGE' })
  })

  it('[T-8] owns the memory of its messages, so that a small one keeps no large chunk', async () => {
    const [small] = await read([Buffer.concat([...wire(Uint8Array.of(1, 2)), new Uint8Array(0)])])
    expect(small?.buffer.byteLength).toBe(2)
    const [large] = await read(wire(new Uint8Array(MAX)))
    expect(large?.buffer.byteLength).toBe(MAX)
    expect(large).not.toBeInstanceOf(Buffer)
  })

  it('[T-8] writes lengths as the shortest varint, up to four bytes', async () => {
    for (const [length, bytes] of [
      [127, 1],
      [128, 2],
      [16_383, 2],
      [16_384, 3],
      [2_097_151, 3],
      [2_097_152, 4]
    ] as const) {
      const pieces = frame(new Uint8Array(length))
      expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(length + bytes)
      expect((await read([...pieces, END], length))[0]).toHaveLength(length)
    }
  })

  it('does not copy a long message for the wire', () => {
    const message = new Uint8Array(100_000)
    const [head, tail] = frame(message)
    expect(head!.length + tail!.length).toBe(100_003)
    expect(tail!.buffer).toBe(message.buffer)
  })

  it(`[T-9] survives ${FRAMES} mutated streams: messages within the limit, an end, or one of two errors`, async () => {
    const outcomes = { end: 0, BAD_MESSAGE: 0, STREAM_RESET: 0 }
    for (let seed = 0; seed < FRAMES; seed++) {
      const random = seededRandom(seed)
      const below = (limit: number): number => Math.floor(random() * limit)
      const bytes = Buffer.concat(
        wire(...Array.from({ length: below(4) }, () => new Uint8Array(1 + below(300)).fill(below(256))))
      )
      const mutated = [
        () => bytes.fill(below(256), below(bytes.length)),
        () => bytes.subarray(0, below(bytes.length + 1)),
        () => Buffer.concat([Buffer.from(Array.from({ length: 1 + below(8) }, () => below(256))), bytes]),
        () => ((bytes[below(bytes.length)] = below(256)), bytes),
        () => Buffer.from(Array.from({ length: below(200) }, () => below(256)))
      ][below(5)]!()
      const cut = below(mutated.length + 1)
      try {
        const messages = await read([mutated.subarray(0, cut), mutated.subarray(cut)], 256)
        for (const message of messages) expect(message.length, `seed ${seed}`).toBeLessThanOrEqual(256)
        outcomes.end++
      } catch (error) {
        if (!hasCode(error, 'BAD_MESSAGE', 'STREAM_RESET')) throw new Error(`seed ${seed}`, { cause: error })
        outcomes[error.code as 'BAD_MESSAGE' | 'STREAM_RESET']++
      }
    }
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(FRAMES / 20)
  })
})
