import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import { hasCode } from '../errors.ts'
import { signingKey } from '../identity/ed25519.ts'
import { openSigned } from '../identity/signed.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import { found, invitationKey, request, welcome } from '../testing/replica.ts'
import { decodeReply, decodeRequest, encodeChallenge, encodeRefusal, encodeWelcome } from './protocol.ts'
import { decodeChallenge } from './protocol.ts'
import { OPERATION_BYTES, readOperation, signOperation } from './operation.ts'

const ada = found(memoryIdentity('ada'))
const bob = welcome(ada, 'bob', 'writer')
ada.act({ type: 'setRole', account: bob.identity.account, role: 'owner', seen: new Map() })
const operations = ada.history.since([])
const key = invitationKey('k')
const asked = request(memoryIdentity('eve'), ada, key)

const code = (work: () => unknown): unknown => {
  try {
    work()
    return undefined
  } catch (error) {
    if (hasCode(error, 'BAD_OPERATION', 'BAD_MESSAGE', 'BAD_CERTIFICATE')) return error.code
    throw error
  }
}

/** The payload of an operation with other fields, signed by `signer`. */
const resigned = (
  bytes: Uint8Array,
  change: (value: Record<string, unknown>) => object,
  signer = ada.identity.deviceKey
) => {
  const payload = encode(change(openSigned(bytes, OPERATION_BYTES).value as Record<string, unknown>))
  return encode([payload, signer.sign('borgo/operation/1', payload)])
}

describe('an operation', () => {
  it('[G-1] says the same after the wire', () => {
    expect(operations.map(({ action }) => action.type)).toEqual(['create', 'invite', 'join', 'setRole'])
    for (const operation of operations) expect(readOperation(operation.bytes)).toEqual(operation)
  })

  it('[G-1] is refused with any bit changed', () => {
    const place = fc
      .constantFrom(...operations)
      .chain(({ bytes }) => fc.tuple(fc.constant(bytes), fc.nat(bytes.length * 8 - 1)))
    fc.assert(
      fc.property(place, ([bytes, bit]) => {
        const changed = Uint8Array.from(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        return code(() => readOperation(changed)) === 'BAD_OPERATION'
      }),
      { numRuns: 1000 }
    )
  })

  it.each([
    ['with a field too many', (value: object) => ({ ...value, extra: 1 })],
    ['of another version', (value: object) => ({ ...value, v: 2 })],
    ['without a group', (value: object) => ({ ...value, group: null })],
    ['without parents', (value: object) => ({ ...value, parents: [] })],
    ['with a parent twice', (value: object) => ({ ...value, parents: [new Uint8Array(32), new Uint8Array(32)] })],
    [
      'with 33 parents',
      (value: object) => ({ ...value, parents: Array.from({ length: 33 }, (_, i) => Buffer.alloc(32, i)) })
    ],
    ['from before 1970', (value: object) => ({ ...value, time: -1 })],
    ['that does what nobody knows', (value: object) => ({ ...value, action: { type: 'explode' } })],
    [
      'with a role that is none',
      (value: object) => ({
        ...value,
        action: { type: 'setRole', account: new Uint8Array(32), role: 'king', seen: new Map() }
      })
    ]
  ])('[G-1] is refused %s, properly signed or not', (_, change) => {
    const bytes = resigned(operations[3]!.bytes, change)
    expect(code(() => readOperation(bytes))).toBe('BAD_OPERATION')
  })

  it("[G-1] is refused under another device's name", () => {
    const mallory = signingKey(new Uint8Array(32).fill(9))
    const bytes = resigned(operations[3]!.bytes, value => value, mallory)
    expect(code(() => readOperation(bytes))).toBe('BAD_OPERATION')
  })

  it("[G-2] founds no group with somebody else's certificate", () => {
    const { certificate } = memoryIdentity('eve')
    const create = operations[0]!.action
    const content = { group: undefined, parents: [], time: 0, action: { ...create, certificate } as typeof create }
    expect(code(() => signOperation(content, ada.identity.deviceKey))).toBe('BAD_OPERATION')
  })

  it('[G-2] admits nobody who did not ask this admitter, for this group, with the secret', () => {
    const eve = memoryIdentity('eve')
    const elsewhere = found(memoryIdentity('ada'), { time: 5 })
    const toBob = request(eve, bob, key)
    const other = request(eve, elsewhere, key)
    const parents = ada.history.parents()
    for (const one of [toBob, other]) {
      const content = { group: ada.history.group, parents, time: 0, action: { type: 'join', request: one } as const }
      expect(code(() => signOperation(content, ada.identity.deviceKey))).toBe('BAD_OPERATION')
    }
    // Asked by the device, but not with the secret; then with it, but not by the device.
    const value = openSigned(asked.bytes, 2000, 2).value as object
    const payload = encode(value)
    const sign = (by: typeof key) => by.sign('borgo/join-request/1', payload)
    const wrong = signingKey(new Uint8Array(32).fill(1))
    expect(code(() => decodeRequest(encodeCanonical([payload, sign(eve.deviceKey), sign(wrong)])))).toBe('BAD_MESSAGE')
    expect(code(() => decodeRequest(encodeCanonical([payload, sign(wrong), sign(key)])))).toBe('BAD_MESSAGE')
    expect(decodeRequest(encodeCanonical([payload, sign(eve.deviceKey), sign(key)])).name).toBe('eve')
  })
})

describe(`${FRAMES} bad frames`, () => {
  const seed = 20261122
  const good = [
    ...operations.map(({ bytes }) => bytes),
    asked.bytes,
    encodeChallenge(new Uint8Array(32)),
    encodeRefusal('used-up'),
    ...encodeWelcome(
      [{ epoch: 0, sealed: new Uint8Array(80) }],
      operations.map(({ bytes }) => bytes)
    )
  ]
  const isIntact = (bytes: Uint8Array): boolean => good.some(one => Buffer.from(one).equals(bytes))

  /** A good frame with bytes changed, cut, doubled or put in; or mere noise. */
  const mutants = function* () {
    const random = seededRandom(seed)
    const below = (limit: number): number => Math.floor(random() * limit)
    for (let made = 0; made < FRAMES;) {
      const base = Buffer.from(good[below(good.length)]!)
      const noise = Buffer.from(Array.from({ length: below(64) }, () => below(256)))
      const at = below(base.length)
      const mutant = [
        () => Buffer.concat([base.subarray(0, at), noise, base.subarray(at)]),
        () => Buffer.concat([base.subarray(0, at), noise, base.subarray(at + noise.length)]),
        () => base.subarray(0, at),
        () => Buffer.concat([base, base]),
        () => noise
      ][below(5)]!()
      if (isIntact(mutant)) continue
      made++
      yield Uint8Array.from(mutant)
    }
  }

  it.each([
    ['operation', readOperation, 'BAD_OPERATION'],
    ['request', decodeRequest, 'BAD_MESSAGE']
  ] as const)('[G-15] are none of them a signed %s, and break nothing', (_, read, expected) => {
    const codes = new Set<unknown>()
    for (const frame of mutants()) codes.add(code(() => read(frame)))
    expect([...codes]).toEqual([expected])
  })

  it.each([
    ['challenge', decodeChallenge],
    ['reply', decodeReply]
  ] as const)('[G-15] are refused as a %s, or have its form, and break nothing', (_, read) => {
    for (const frame of mutants()) expect(['BAD_MESSAGE', undefined]).toContain(code(() => read(frame)))
  })

  it('[G-15] is refused however deep it is nested', () => {
    const deep = Uint8Array.from({ length: 60_000 }, () => 0x81)
    for (const read of [decodeRequest, decodeReply, decodeChallenge]) expect(code(() => read(deep))).toBe('BAD_MESSAGE')
    expect(code(() => readOperation(deep))).toBe('BAD_OPERATION')
  })
})
