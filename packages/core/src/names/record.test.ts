import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import { hasCode } from '../errors.ts'
import { signValue } from '../identity/signed.ts'
import type { GroupId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { groupId } from '../testing/member-list.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import { inspectName, nameKey } from './global-names.ts'
import { checkLabel, nameText, parseName } from './name.ts'
import { decodeAnswer, decodeQuestion, encodeQuestion } from './protocol.ts'
import { MAX_DATA_BYTES, MAX_RECORD_BYTES, readSignedName, signName } from './record.ts'
import type { NameFields, Place } from './record.ts'

const ada = memoryIdentity('Ada')
const fields: NameFields = {
  label: 'chess',
  place: 'global',
  sequence: 7,
  addresses: ['/memory/1'],
  comment: 'open all night',
  data: Uint8Array.of(1, 2, 3),
  issuedAt: 1_000_000,
  expiresAt: 1_000_000 + 3_600_000,
  withdrawn: false
}
const refused = expect.objectContaining({ code: 'BAD_RECORD' })

describe('names', () => {
  it('[M-1] are an account and a label of 1 to 64 visible characters without a slash', () => {
    const text = `${ada.account}/Scacchi ♟`
    expect(parseName(text)).toEqual({ account: ada.account, label: 'Scacchi ♟' })
    expect(nameText(parseName(text))).toBe(text)
    expect(checkLabel('caffe\u0300')).toBe('caff\u00e8')
    const labels = ['', ' chess', 'a/b', 'a\u202eb', 'x'.repeat(65), '\ud800']
    for (const label of labels) {
      expect(() => checkLabel(label)).toThrow(expect.objectContaining({ code: 'BAD_PEER_NAME' }))
      expect(() => parseName(`${ada.account}/${label}`)).toThrow(expect.objectContaining({ code: 'BAD_PEER_NAME' }))
    }
    for (const name of ['chess', '/chess', 'nobody/chess', `${ada.account}`, ''])
      expect(() => parseName(name)).toThrow(expect.objectContaining({ code: 'BAD_PEER_NAME' }))
  })
})

describe('name records', () => {
  it('[M-2] say who said what, where, and until when', () => {
    const { record, place, withdrawn } = readSignedName(signName(ada, fields).bytes)
    const { place: _place, withdrawn: _withdrawn, ...said } = fields
    const who = { name: `${ada.account}/chess`, account: ada.account, device: ada.device }
    expect(record).toEqual({ ...said, ...who, scope: 'global', group: undefined })
    expect([place, withdrawn]).toEqual(['global', false])
    const group: GroupId = groupId('village')
    expect(signName(ada, { ...fields, place: group }).record).toMatchObject({ scope: 'group', group })
  })

  it('[M-2] are refused with fields out of bounds, without a signature, or signed by another device', () => {
    const largest = { ...fields, data: new Uint8Array(MAX_DATA_BYTES), comment: '♟'.repeat(256), label: '♟'.repeat(64) }
    const addresses = Array.from({ length: 16 }, () => 'a'.repeat(256))
    expect(signName(ada, { ...largest, addresses }).bytes.length).toBeLessThanOrEqual(MAX_RECORD_BYTES)
    const bad: Partial<NameFields>[] = [
      { data: new Uint8Array(MAX_DATA_BYTES + 1) },
      { comment: 'x'.repeat(257) },
      { label: 'a/b' },
      { sequence: 0 },
      { addresses: [...addresses, 'b'] },
      { addresses: ['a'.repeat(257)] },
      { expiresAt: fields.issuedAt + 59_999 },
      { expiresAt: fields.issuedAt + 7 * 86_400_000 + 1 },
      // No calendar has such a day.
      { issuedAt: 8_700_000_000_000_000, expiresAt: 8_700_000_000_060_000 },
      { place: 'everywhere' as Place }
    ]
    for (const wrong of bad) expect(() => signName(ada, { ...fields, ...wrong })).toThrow()
    const ben = memoryIdentity('Ben')
    expect(() => signName({ certificate: ada.certificate, deviceKey: ben.deviceKey }, fields)).toThrow(refused)
    expect(() => readSignedName(signValue('borgo/name/1', { v: 1 }, ada.deviceKey))).toThrow(refused)
    expect(() => readSignedName(new Uint8Array(MAX_RECORD_BYTES + 1))).toThrow(refused)
  })

  it('[M-2] lie in the DHT under their own name only, and only when they are for everybody', () => {
    const key = nameKey({ account: ada.account, label: 'chess' })
    const good = signName(ada, fields)
    expect(inspectName(key, good.bytes)).toEqual({ slot: ada.device, sequence: 7, expiresAt: fields.expiresAt })
    for (const other of [new Uint8Array(32), nameKey({ account: memoryIdentity('Ben').account, label: 'chess' })])
      expect(() => inspectName(other, good.bytes)).toThrow(refused)
    for (const place of ['link', groupId('village')] as const)
      expect(() => inspectName(key, signName(ada, { ...fields, place }).bytes)).toThrow(refused)
  })

  it(`[M-12] survive ${FRAMES} mutations as refusals or as something that was signed`, () => {
    const good = signName(ada, fields).bytes
    const name = parseName(`${ada.account}/chess`)
    const random = seededRandom(12)
    const below = (limit: number): number => Math.floor(random() * limit)
    let taken = 0
    for (let round = 0; round < FRAMES; round++) {
      const bytes = good.slice(0, round % 3 === 0 ? below(good.length) : good.length)
      for (let flip = 0; flip <= below(4) && bytes.length > 0; flip++) bytes[below(bytes.length)] = below(256)
      try {
        decodeAnswer(bytes, name, ada.device)
        expect(Buffer.compare(bytes, good)).toBe(0)
        taken++
      } catch (error) {
        if (!hasCode(error, 'BAD_MESSAGE')) throw error
      }
    }
    expect(taken).toBeLessThan(FRAMES / 100)
  })

  it('[M-12] are answers only to what was asked, from the device that said it', () => {
    const name = parseName(`${ada.account}/chess`)
    const { bytes } = signName(ada, fields)
    expect(decodeQuestion(encodeQuestion(name))).toEqual(name)
    expect(decodeAnswer(bytes, name, ada.device).record.name).toBe(nameText(name))
    const wrong = expect.objectContaining({ code: 'BAD_MESSAGE' })
    expect(() => decodeAnswer(bytes, { ...name, label: 'go' }, ada.device)).toThrow(wrong)
    expect(() => decodeAnswer(bytes, name, memoryIdentity('Ben').device)).toThrow(wrong)
    const inGroup = signName(ada, { ...fields, place: groupId('village') })
    expect(() => decodeAnswer(inGroup.bytes, name, ada.device)).toThrow(wrong)
    for (const bad of [{ account: new Uint8Array(3), label: 'x' }, { account: new Uint8Array(32), label: '' }, 7])
      expect(() => decodeQuestion(encodeCanonical(bad))).toThrow(wrong)
  })
})
