import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { openSigned } from '../identity/signed.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { OPEN_LINK, found, hex, invitationKey, request } from '../testing/replica.ts'
import type { Action } from './action.ts'
import { epochOf, keyCheck } from './epoch-key.ts'
import { KEY_OPERATION_BYTES, OPERATION_BYTES, readOperation, signOperation } from './operation.ts'
import { FIRST_POLICY } from './policy.ts'

const ada = found(memoryIdentity('ada'))
const bob = memoryIdentity('bob')
const { account, device, certificate } = bob
const seen = new Map([[device, 7]])
const key = invitationKey('k')
const check = keyCheck(new Uint8Array(32))
const epoch = epochOf(1, check)
const wrapped = [{ epoch: 0, wrapped: new Uint8Array(60) }]
const keys = [{ device, sealed: new Uint8Array(80) }]

const actions: Action[] = [
  { type: 'invite', ...OPEN_LINK, key: hex(key), role: 'relay', uses: 1, expiresAt: 9 },
  { type: 'invite', approval: true, account, key: hex(key), role: 'admin', uses: 1, expiresAt: 9 },
  { type: 'revokeInvitation', key: hex(key) },
  { type: 'join', request: request(bob, ada, key) },
  { type: 'request', request: request(bob, ada, key) },
  { type: 'accept', request: 'ab'.repeat(32) },
  { type: 'decline', request: 'ab'.repeat(32) },
  { type: 'setRole', account, role: 'writer', seen },
  { type: 'transferOwnership', account },
  { type: 'remove', account, seen },
  { type: 'leave', seen },
  { type: 'recover', request: request(bob, ada, key) },
  { type: 'addDevice', certificate },
  { type: 'revokeDevice', device, seen: 7 },
  { type: 'guard' },
  { type: 'rename', name: 'Roberto' },
  { type: 'setPolicy', policy: FIRST_POLICY },
  { type: 'rotateKey', epoch, keyCheck: check, wrapped, keys },
  { type: 'shareKey', epoch, keys }
]
const titled = actions.map((action): [string, Action] => [action.type, action])

const sign = (action: Action) =>
  signOperation({ group: ada.history.group, parents: ada.history.parents(), time: 0, action }, ada.identity.deviceKey)

/** The operation with another action, properly signed. */
const resigned = (bytes: Uint8Array, change: (action: Record<string, unknown>) => object): Uint8Array => {
  const value = openSigned(bytes, KEY_OPERATION_BYTES).value as { action: Record<string, unknown> }
  const payload = encode({ ...value, action: change(value.action) })
  return encode([payload, ada.identity.deviceKey.sign('borgo/operation/1', payload)])
}
const isRefused = (bytes: Uint8Array): boolean => {
  try {
    readOperation(bytes)
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_OPERATION')) return true
    throw error
  }
}

describe('an action', () => {
  it.each(titled)('[G-1] %s says the same after the wire', (_, action) => {
    const operation = sign(action)
    expect(readOperation(operation.bytes)).toEqual(operation)
    expect(readOperation(operation.bytes).action).toEqual(action)
  })

  it.each(titled)('[G-1] [G-15] %s is refused with a field too many, too few or of another kind', (_, action) => {
    const { bytes } = sign(action)
    expect(isRefused(resigned(bytes, value => ({ ...value, more: 1 })))).toBe(true)
    for (const name of Object.keys(action)) {
      const without = (value: object): object =>
        Object.fromEntries(Object.entries(value).filter(([field]) => field !== name))
      expect(isRefused(resigned(bytes, without))).toBe(true)
      for (const wrong of [-1, 2.5, 'x'.repeat(200), new Uint8Array(3), [[1]], { a: 1 }, 2 ** 53])
        expect(isRefused(resigned(bytes, value => ({ ...value, [name]: wrong })))).toBe(true)
    }
  })

  it('[G-1] is refused when it is longer than it may be', () => {
    const many = Array.from({ length: 32 }, (_, at) => [memoryIdentity(`${at}`).device, at] as const)
    expect(sign({ type: 'leave', seen: new Map(many) }).bytes.length).toBeLessThan(OPERATION_BYTES)
    const more = Array.from({ length: 257 }, () => ({ device: new Uint8Array(32), sealed: new Uint8Array(80) }))
    const { bytes } = sign({ type: 'shareKey', epoch, keys })
    expect(isRefused(resigned(bytes, value => ({ ...value, keys: more })))).toBe(true)
    const full = Array.from({ length: 256 }, () => keys[0]!)
    expect(sign({ type: 'shareKey', epoch: 2 ** 53 - 1, keys: full }).bytes.length).toBeLessThan(KEY_OPERATION_BYTES)
  })
})
