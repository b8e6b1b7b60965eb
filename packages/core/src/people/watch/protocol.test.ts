import { expect, it } from 'vitest'
import { hasCode } from '../../errors.ts'
import { FRAMES } from '../../testing/frames.ts'
import { seededRandom } from '../../testing/random.ts'
import { PEOPLE, decodeMessage, encodeMessage } from './protocol.ts'
import type { Message } from './protocol.ts'

const data = new Uint8Array(40).fill(7)
const messages: Message[] = [
  { type: 'presence', state: 'busy', text: 'baking' },
  { type: 'attended' },
  { type: 'near', interests: ['chess', 'bread'] },
  { type: 'object', id: 'avatar', kind: 'image/png', data, publishedAt: 1_700_000_000_000, expiresInMs: 60_000 },
  { type: 'object', id: 'mood', kind: 'text', data: new Uint8Array(), publishedAt: 1, expiresInMs: null },
  { type: 'app', id: 'chess', name: 'Chess', capabilities: ['play/1', 'watch/1'] },
  { type: 'gone', key: 'object/avatar' }
]

it('[K-18] says the same after the wire, in no more than a message holds', () => {
  for (const message of messages) expect(decodeMessage(encodeMessage(message))).toEqual(message)
  const most: Message = {
    type: 'object',
    id: 'i'.repeat(64),
    kind: 'k'.repeat(64),
    data: new Uint8Array(16_384),
    publishedAt: 2 ** 47,
    expiresInMs: 2 ** 38
  }
  expect(encodeMessage(most).length).toBeLessThan(PEOPLE.maxMessageBytes)
})

it(`[K-18] of ${FRAMES} mutated messages, each is refused as such or is another message`, () => {
  const random = seededRandom(34)
  const below = (limit: number): number => Math.floor(random() * limit)
  let refused = 0
  for (let round = 0; round < FRAMES; round++) {
    const bytes = encodeMessage(messages[round % messages.length]!)
    for (let flip = 0; flip <= below(4); flip++) bytes[below(bytes.length)] = below(256)
    try {
      const message = decodeMessage(round % 7 === 0 ? bytes.subarray(0, below(bytes.length)) : bytes)
      expect(decodeMessage(encodeMessage(message))).toEqual(message)
    } catch (error) {
      if (!hasCode(error, 'BAD_MESSAGE')) throw error
      refused++
    }
  }
  expect(refused).toBeGreaterThan(FRAMES / 2)
})
