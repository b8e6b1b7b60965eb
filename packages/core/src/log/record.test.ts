import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { groupId } from '../testing/member-list.ts'
import { seededRandom } from '../testing/random.ts'
import { MAX_HEADER_BYTES, MAX_REPLACED, decodeRecord, isAuthentic, sha256, signRecord } from './record.ts'
import type { Header, SignedRecord } from './record.ts'
import { MAX_SEALED_BYTES, createSealer, decodeBody, encodeBody } from './body.ts'
import { hashId } from '../ids.ts'
import type { RecordId } from '../ids.ts'

const ann = memoryIdentity('ann')
const group = groupId('g')
const hash = (text: string): Uint8Array => sha256(Buffer.from(text))
const first: Omit<Header, 'bodyHash' | 'bodyBytes'> = {
  group,
  device: ann.device,
  seq: 1,
  prev: undefined,
  heads: [],
  operations: [hash('op')],
  era: 0,
  ms: 1_700_000_000_000,
  count: 0,
  epoch: 0,
  expiresAt: undefined
}
const record = signRecord(ann.deviceKey, first, Buffer.from('body'))

/** A header of any content, signed, as its bytes. */
function signedFields(change: (fields: unknown[]) => void): SignedRecord {
  const fields: unknown[] = [
    1,
    hash('g'),
    ann.deviceKey.publicKey,
    1,
    null,
    [],
    [hash('op')],
    0,
    1,
    0,
    0,
    null,
    sha256(Buffer.from('body')),
    4
  ]
  change(fields)
  return decodeRecord(encodeCanonical(fields), record.signature, Buffer.from('body'))
}

function replacing(fields: unknown[], seq: number, distances: unknown): void {
  fields[3] = seq
  fields[4] = hash('prev')
  fields.push(distances)
}

describe('record', () => {
  it('[L-1] reads back what was signed, under an id that is the hash of its header', () => {
    const again = decodeRecord(record.headerBytes, record.signature, record.body)
    expect(again).toEqual(record)
    expect(again.id).toBe(hashId(sha256(record.headerBytes)))
    expect(isAuthentic(again)).toBe(true)
    expect(isAuthentic({ ...again, body: undefined })).toBe(true)
    const replaceable = { ...first, seq: 9, prev: record.id }
    for (const replaces of [undefined, [], [8], [8, 5, 1]]) {
      const { body, headerBytes, signature } = signRecord(
        ann.deviceKey,
        { ...replaceable, replaces },
        Buffer.from('body')
      )
      expect(decodeRecord(headerBytes, signature, body).header.replaces).toEqual(replaces)
    }
  })

  it('[L-1] is not authentic with another body, signature or signer', () => {
    expect(isAuthentic({ ...record, body: Buffer.from('bode') })).toBe(false)
    expect(isAuthentic({ ...record, body: Buffer.from('bodyy') })).toBe(false)
    expect(isAuthentic({ ...record, signature: new Uint8Array(64) })).toBe(false)
    const ben = memoryIdentity('ben')
    expect(isAuthentic(signRecord(ben.deviceKey, first, Buffer.from('body')))).toBe(false)
  })

  it('[L-1] is refused or not authentic after any one bit of its header is flipped', () => {
    for (let bit = 0; bit < record.headerBytes.length * 8; bit++) {
      const bytes = Uint8Array.from(record.headerBytes)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      let changed: SignedRecord
      try {
        changed = decodeRecord(bytes, record.signature, record.body)
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_RECORD' })
        continue
      }
      expect(isAuthentic(changed), `bit ${bit}`).toBe(false)
    }
  })

  it('[L-1] takes no header with a field missing, added, out of range or of another type', () => {
    expect(signedFields(() => undefined).header.seq).toBe(1)
    const bad: ((fields: unknown[]) => void)[] = [
      fields => fields.pop(),
      fields => fields.push(1),
      fields => (fields[0] = 2),
      fields => (fields[1] = new Uint8Array(31)),
      fields => (fields[2] = 'device'),
      fields => (fields[3] = 0),
      fields => (fields[3] = 2),
      fields => (fields[3] = 1.5),
      fields => (fields[4] = hash('prev')),
      fields => (fields[5] = [hash('a'), hash('a')]),
      fields => (fields[5] = Array.from({ length: 17 }, (_, index) => hash(String(index)))),
      fields => (fields[6] = Array.from({ length: 33 }, (_, index) => hash(String(index)))),
      fields => (fields[7] = 2 ** 33),
      fields => (fields[8] = -1),
      fields => (fields[8] = 2 ** 53),
      fields => (fields[9] = 2 ** 33),
      fields => (fields[10] = null),
      fields => (fields[11] = -1),
      fields => (fields[12] = new Uint8Array(33)),
      fields => (fields[13] = 0),
      fields => (fields[13] = MAX_SEALED_BYTES + 1),
      // What takes the place of itself, of none, of a later one, or of one twice.
      fields => replacing(fields, 9, [0]),
      fields => replacing(fields, 9, [9]),
      fields => replacing(fields, 9, [2, 1]),
      fields => replacing(fields, 9, [2, 2]),
      fields => replacing(fields, 9, null),
      fields => replacing(fields, 9, ['1']),
      fields =>
        replacing(
          fields,
          99,
          Array.from({ length: MAX_REPLACED + 1 }, (_, index) => index + 1)
        ),
      fields => replacing(fields, 2 ** 40, [2 ** 32]),
      fields => fields.push([], [])
    ]
    for (const [index, change] of bad.entries())
      expect(() => signedFields(change), `case ${index}`).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
  })

  it('[L-1] fits MAX_HEADER_BYTES at its largest', () => {
    const hashes = (count: number): Uint8Array[] => Array.from({ length: count }, (_, index) => hash(String(index)))
    const largest = signedFields(fields => {
      fields[3] = Number.MAX_SAFE_INTEGER
      fields[4] = hash('prev')
      fields[5] = hashes(16)
      fields[6] = hashes(32)
      fields.splice(7, 5, 2 ** 32, 253_402_300_799_999, 2 ** 32, 2 ** 32, 253_402_300_799_999)
      fields[13] = MAX_SEALED_BYTES
      const most = 2 ** 32 - 1
      fields.push(Array.from({ length: MAX_REPLACED }, (_, index) => most - MAX_REPLACED + index))
    })
    expect(largest.header.replaces).toHaveLength(MAX_REPLACED)
    expect(largest.headerBytes.length).toBeLessThanOrEqual(MAX_HEADER_BYTES)
    expect(largest.header.heads.map(head => head satisfies RecordId)).toHaveLength(16)
  })
})

describe('body', () => {
  const random = seededRandom(7)
  const key = Uint8Array.from({ length: 32 }, () => random() * 256)
  const sealer = createSealer((_, epoch) => (epoch === 0 ? key : undefined))
  const place = { group, device: ann.device, epoch: 0 }

  it('[L-1] opens for the group, device and epoch it was sealed for, and unchanged only', () => {
    const plain = encodeBody({ kind: 'rtc/message', data: { text: 'ciao' } })
    const sealed = sealer.seal(place, plain)!
    expect(decodeBody(sealer.open(place, sealed) as Uint8Array)).toEqual({
      kind: 'rtc/message',
      data: { text: 'ciao' }
    })
    expect(sealer.open({ ...place, group: groupId('other') }, sealed)).toBe('broken')
    expect(sealer.open({ ...place, device: memoryIdentity('ben').device }, sealed)).toBe('broken')
    expect(sealer.open({ ...place, epoch: 1 }, sealed)).toBe('no-key')
    expect(sealer.seal({ ...place, epoch: 1 }, plain)).toBeUndefined()
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed)
      changed[index]! ^= 1
      expect(sealer.open(place, changed)).toBe('broken')
      expect(sealer.open(place, sealed.subarray(0, index))).toBe('broken')
    }
  })

  it('[L-1] never encrypts the same twice alike', () => {
    const plain = encodeBody({ kind: 'a/b', data: null })
    expect(sealer.seal(place, plain)).not.toEqual(sealer.seal(place, plain))
  })

  it('[L-14] refuses what cannot be encoded with a TypeError', () => {
    for (const data of [undefined, NaN, () => 1, { at: undefined }])
      expect(() => encodeBody({ kind: 'a/b', data })).toThrow(TypeError)
  })
})
