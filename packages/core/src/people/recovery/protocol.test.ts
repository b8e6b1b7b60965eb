import { describe, expect, it } from 'vitest'
import { hasCode } from '../../errors.ts'
import { memoryIdentity, accountKeyOf } from '../../testing/identity.ts'
import { groupId } from '../../testing/member-list.ts'
import { seededRandom } from '../../testing/random.ts'
import {
  decodeChallenge,
  decodePlaces,
  decodeRequest,
  encodeChallenge,
  encodePlaces,
  encodeRequest
} from './protocol.ts'

const [ada, bob] = [memoryIdentity('ada'), memoryIdentity('bob')]
const nonce = new Uint8Array(32).fill(5)
const request = { certificate: ada.certificate, listener: bob.device, nonce }
const signed = encodeRequest(request, ada.deviceKey, accountKeyOf('ada'))
const places = Array.from({ length: 20 }, (_, at) => ({
  group: groupId(`group ${at}`),
  name: `Group ${at}`,
  peers: new Map([[bob.device, [`/ip4/127.0.0.1/tcp/${at + 1}/p2p/${bob.device}`]]])
}))

const isRefused = (read: () => unknown): boolean => {
  try {
    read()
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_MESSAGE')) return true
    throw error
  }
}

describe('asking for the groups of a recovered account', () => {
  it('[I-25] says the same after the wire, in as many messages as it takes', () => {
    expect(decodeChallenge(encodeChallenge(nonce))).toEqual(nonce)
    expect(decodeRequest(signed)).toEqual(request)
    const messages = [...encodePlaces(places)]
    expect(messages).toHaveLength(2)
    expect(messages.flatMap(decodePlaces)).toEqual(places)
    expect([...encodePlaces([])]).toEqual([])
  })

  it('[I-25] takes nobody’s word but that of the account itself', () => {
    expect(isRefused(() => decodeRequest(encodeRequest(request, ada.deviceKey, accountKeyOf('bob'))))).toBe(true)
    expect(isRefused(() => decodeRequest(encodeRequest(request, bob.deviceKey, accountKeyOf('ada'))))).toBe(true)
    // A certificate says that the account once vouched for the device, not that it is here.
    expect(isRefused(() => decodeRequest(encodeRequest(request, ada.deviceKey, ada.deviceKey)))).toBe(true)
  })

  it('[I-25] refuses what is changed or cut, in 10,000 ways', () => {
    const random = seededRandom(11)
    const below = (limit: number): number => Math.floor(random() * limit)
    const [list] = [...encodePlaces(places)]
    const kinds = [
      { bytes: signed, read: decodeRequest },
      { bytes: list ?? signed, read: decodePlaces },
      { bytes: encodeChallenge(nonce), read: decodeChallenge }
    ]
    let refused = 0
    for (let round = 0; round < 10_000; round++) {
      // Signatures cost most of the time.
      const { bytes: original, read } = kinds[round % 10 === 0 ? 0 : 1 + (round % 2)]!
      const bytes = original.slice(0, round % 3 === 0 ? below(original.length) : original.length)
      bytes[below(bytes.length)]! ^= 1 << below(8)
      const isRead = !isRefused(() => read(bytes))
      if (!isRead) refused++
      if (read === decodeRequest) expect(isRead && !Buffer.from(bytes).equals(signed)).toBe(false)
    }
    expect(refused).toBeGreaterThan(4_000)
  })
})
