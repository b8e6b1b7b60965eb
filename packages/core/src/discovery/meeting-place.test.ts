import { describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { encodeCanonical } from '../canonical.ts'
import { signValue } from '../identity/signed.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import {
  NOTE_MS,
  PLACE_MS,
  encodeNote,
  inspectNote,
  pairSecret,
  placeAt,
  placesAround,
  readNote
} from './meeting-place.ts'
import { leadsFar, mostUseful } from './most-useful.ts'

const NOW = Date.UTC(2026, 0, 1)
const SECRET = new Uint8Array(32).fill(7)
const [ada, eve] = [memoryIdentity('ada'), memoryIdentity('eve')]
const place = placeAt(SECRET, NOW)
const addresses = [`/ip4/51.0.0.1/tcp/4001/p2p/${ada.device}`]
const note = { device: ada.device, issuedAt: NOW, addresses }

describe('a note', () => {
  it('[E-17] says where its device is, to who can derive the place', () => {
    const item = encodeNote(place, note, ada.deviceKey)
    expect(readNote(place, item)).toEqual(note)
    const inspected = inspectNote(place.key, item)
    expect(inspected).toMatchObject({ sequence: NOW, expiresAt: NOW + NOTE_MS })
    expect(inspectNote(place.key, encodeNote(place, { ...note, issuedAt: NOW + 1 }, ada.deviceKey)).slot).toBe(
      inspected.slot
    )
    expect(inspectNote(place.key, encodeNote(place, { ...note, device: eve.device }, eve.deviceKey)).slot).not.toBe(
      inspected.slot
    )
  })

  it('[E-17] lies nowhere else, and nobody else leaves one there: neither another’s, nor one of its own', () => {
    const item = encodeNote(place, note, ada.deviceKey)
    const elsewhere = placeAt(SECRET, NOW + PLACE_MS)
    const others = placeAt(new Uint8Array(32).fill(8), NOW)
    for (const { key } of [elsewhere, others])
      expect(() => inspectNote(key, item)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    // Whoever has seen the item knows the place's public key, and not how to sign for it.
    const fields = { v: 1, place: place.signer.publicKey, name: new Uint8Array(16), sequence: NOW + 1 }
    const forged = { ...fields, expiresAt: NOW + NOTE_MS, note: new Uint8Array(1_308) }
    expect(() => inspectNote(place.key, signValue('borgo/meeting/1', forged, eve.deviceKey))).toThrow('not signed')
    // Of a member who says that another one is somewhere, or carries its word from one place to another.
    expect(() => readNote(place, encodeNote(place, note, eve.deviceKey))).toThrow('not signed by its device')
  })

  it(`[E-17] that was mutated or cut is refused, ${FRAMES} times, by who keeps and by who reads it`, () => {
    const good = encodeNote(place, note, ada.deviceKey)
    const random = seededRandom(11)
    const below = (limit: number): number => Math.floor(random() * limit)
    for (let round = 0; round < FRAMES; round++) {
      const bytes = good.slice(0, round % 3 === 0 ? below(good.length) : good.length)
      for (let flip = 0; flip <= below(4) && bytes.length > 0; flip++) bytes[below(bytes.length)]! ^= 1 + below(255)
      for (const read of [() => inspectNote(place.key, bytes), () => readNote(place, bytes)])
        try {
          // Two flips of one byte may undo each other.
          read()
          expect(Buffer.compare(bytes, good)).toBe(0)
        } catch (error) {
          if (!hasCode(error, 'BAD_RECORD')) throw error
        }
    }
    // A member can sign anything for the place.
    for (const inner of [[], [1, 2], 'text', new Uint8Array(9_000)]) {
      const fields = { v: 1, place: place.signer.publicKey, name: new Uint8Array(16), sequence: 1, expiresAt: 2 }
      const item = signValue('borgo/meeting/1', { ...fields, note: encodeCanonical(inner) }, place.signer)
      expect(() => readNote(place, item)).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
    }
  })

  it('[E-17] has one length, whatever is in it: as many addresses as fit, the most useful ones', () => {
    const [home, far, self] = ['/ip4/10.0.0.1/tcp/1', '/ip6/2a00::1/tcp/1', '/ip4/127.0.0.1/tcp/1']
    const relayed = `/ip4/51.0.0.2/tcp/1/p2p/${eve.device}/p2p-circuit`
    const many = [self, home, relayed, far].map(address => `${address}/p2p/${ada.device}`)
    expect(mostUseful(many)).toEqual([far, relayed, home, self].map(address => `${address}/p2p/${ada.device}`))
    expect(many.map(leadsFar)).toEqual([false, false, true, true])
    const lists = [
      [],
      many,
      Array.from({ length: 40 }, (_, index) => `/ip4/51.0.0.${index}/tcp/4001`),
      ['/'.repeat(300)]
    ]
    const items = lists.map(list => encodeNote(place, { ...note, addresses: list }, ada.deviceKey))
    expect(new Set(items.map(({ length }) => length)).size).toBe(1)
    expect(readNote(place, items[1]!).addresses).toEqual(mostUseful(many))
    expect(readNote(place, items[2]!).addresses).toHaveLength(8)
    expect(readNote(place, items[3]!).addresses).toEqual([])
  })
})

describe('places', () => {
  it('[E-13] are left notes in on both days around the move, for clocks that are two hours apart', () => {
    const moves = Array.from({ length: 24 * 6 }, (_, tenth) => NOW + tenth * 600_000).filter(
      time => Buffer.compare(placeAt(SECRET, time).key, placeAt(SECRET, time + 600_000).key) !== 0
    )
    expect(moves).toHaveLength(1)
    const keys = (time: number): string[] =>
      placesAround(SECRET, time).map(({ key }) => Buffer.from(key).toString('hex'))
    for (let time = NOW; time < NOW + PLACE_MS; time += 1_200_000)
      for (const skewMs of [-7_200_000, 0, 7_200_000])
        expect(keys(time)).toContain(Buffer.from(placeAt(SECRET, time + skewMs).key).toString('hex'))
    expect(keys(moves[0]! + PLACE_MS / 2)).toHaveLength(1)
  })

  it('[E-14] of two are theirs alone, whoever derives them', () => {
    const ben = memoryIdentity('ben')
    const secret = (one: typeof ada, other: typeof ada): Uint8Array =>
      pairSecret(one.agree(other.certificate.box)!, one.device, other.device)
    expect(secret(ada, ben)).toEqual(secret(ben, ada))
    expect(secret(ada, eve)).not.toEqual(secret(ada, ben))
    expect(pairSecret(eve.agree(ben.certificate.box)!, ada.device, ben.device)).not.toEqual(secret(ada, ben))
    expect(ada.agree(new Uint8Array(32))).toBeUndefined()
  })
})
