import { expect, it } from 'vitest'
import { hasCode } from '../../errors.ts'
import { encodeLink } from '../../groups/invitation.ts'
import { hashId } from '../../ids.ts'
import type { GroupId } from '../../ids.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { FRAMES } from '../../testing/frames.ts'
import { seededRandom } from '../../testing/random.ts'
import { issueCard } from './card.ts'
import { decodeStance, decodeTold, encodeStance, encodeTold } from './protocol.ts'

const ada = memoryIdentity('ada')
const group = hashId<GroupId>(new Uint8Array(32).fill(7))
const link = encodeLink({ group, name: 'Ben', peers: new Map(), secret: new Uint8Array(32) })
const told = encodeTold({ card: issueCard(ada, []), stance: 'yes', offer: { group, link } })

it('[K-2] says the same after the wire, and only about the device that says it', () => {
  expect(decodeTold(told, ada.device)).toMatchObject({
    card: { account: ada.account },
    stance: 'yes',
    offer: { group, link }
  })
  expect(() => decodeTold(told, memoryIdentity('ben').device)).toThrow("another device's card")
  expect(decodeStance(encodeStance('waiting'))).toBe('waiting')
})

it(`[K-2] of ${FRAMES} mutated messages, each is refused as such or means what it says`, () => {
  const random = seededRandom(34)
  const below = (limit: number): number => Math.floor(random() * limit)
  for (let round = 0; round < FRAMES; round++) {
    const [bytes, decode] =
      round % 4 === 0
        ? [encodeStance('no'), decodeStance]
        : [Uint8Array.from(told), (mutated: Uint8Array) => decodeTold(mutated, ada.device)]
    for (let flip = 0; flip <= below(3); flip++) bytes[below(bytes.length)] = below(256)
    try {
      decode(round % 7 === 0 ? bytes.subarray(0, below(bytes.length)) : bytes)
    } catch (error) {
      if (!hasCode(error, 'BAD_MESSAGE')) throw error
    }
  }
})
