import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decrypt } from '../aead.ts'
import { hashOf } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { createSealer } from '../log/body.ts'
import { decodeBroadcast, encodeBroadcast, roomOf } from '../broadcast/message.ts'
import type { Stores } from '../store/store.ts'
import { copyOf, furtherDevice, homeOf, letIn, meet, memoryHome, seen, welcome } from '../testing/membership-home.ts'
import type { Home } from '../testing/membership-home.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { OPEN_LINK, hex, invitationKey, request } from '../testing/replica.ts'
import { MAX_KEYS } from './action.ts'
import { apply } from './effect.ts'
import { generationOf } from './epoch-key.ts'
import { readOperation, signOperation } from './operation.ts'
import { FIRST_POLICY } from './policy.ts'
import { keysIn, rotation } from './rotation.ts'

let stores: Stores
let ada: Home
let bob: Home
let eve: Home
let group: GroupId
beforeEach(() => {
  stores = memoryStores()
  ada = memoryHome('ada', stores)
  bob = memoryHome('bob', stores)
  eve = memoryHome('eve', stores)
  group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
  letIn(bob, ada, group, 'admin')
  letIn(eve, ada, group)
  meet(group, ada, bob, eve)
})
afterEach(() => stores.close())

const generation = ({ members }: Home): number => generationOf(members.epoch(group))
const canRead = ({ members }: Home, epoch: number): boolean => members.key(group, epoch) !== undefined
const removeEve = (by: Home): void =>
  void by.members.act(group, { type: 'remove', account: eve.identity.account, seen: seen(eve) })

describe('a new key', () => {
  it('[G-26] comes with a removal, and reaches all others by the operations', () => {
    removeEve(ada)
    expect(generation(ada)).toBe(1)
    meet(group, ada, bob)
    expect(bob.members.epoch(group)).toBe(ada.members.epoch(group))
    expect(bob.members.key(group, bob.members.epoch(group))).toEqual(ada.members.key(group, ada.members.epoch(group)))
    expect(bob.restart().key(group, bob.members.epoch(group))).toBeDefined()
  })

  it('[G-26] comes with the revocation of a device, also by who may not change keys otherwise', () => {
    const phone = homeOf(furtherDevice('eve', 'phone'), stores)
    eve.members.act(group, { type: 'addDevice', certificate: phone.identity.certificate })
    welcome(phone, eve, group)
    expect(canRead(phone, 0)).toBe(true)
    expect(() => eve.members.rotate(group)).toThrow('only an admin')
    eve.members.act(group, { type: 'revokeDevice', device: phone.identity.device, seen: 0 })
    meet(group, ada, eve)
    phone.members.receive(group, ada.members.since(group, []))
    expect(generation(ada)).toBe(1)
    expect(canRead(ada, ada.members.epoch(group))).toBe(true)
    expect(canRead(phone, ada.members.epoch(group))).toBe(false)
    expect(phone.members.groups()).toEqual([])
  })

  it('[G-26] is due when somebody left or may not read any more, and is made by whoever writes first', () => {
    eve.members.act(group, { type: 'leave', seen: seen(eve) })
    expect(eve.members.groups()).toEqual([])
    meet(group, ada, bob, eve)
    expect(bob.members.mustRotate(group)).toBe(true)
    bob.members.rotate(group)
    meet(group, ada, bob)
    expect(ada.members.mustRotate(group)).toBe(false)
    ada.members.act(group, { type: 'setRole', account: bob.identity.account, role: 'relay', seen: seen(bob) })
    meet(group, ada, bob)
    expect(generation(ada)).toBe(2)
    expect(canRead(bob, ada.members.epoch(group))).toBe(false)
  })

  it('[G-31] is never given to a relay, which still passes everything on', () => {
    const relay = memoryHome('rita', stores)
    letIn(relay, ada, group, 'relay')
    ada.members.rotate(group)
    meet(group, ada, relay)
    expect(relay.members.groups()).toEqual([group])
    for (const epoch of [0, ada.members.epoch(group)]) expect(canRead(relay, epoch)).toBe(false)
    expect(relay.members.since(group, [])).toHaveLength(ada.members.since(group, []).length)
    expect(ada.members.keysFor(group, relay.identity.certificate)).toEqual([])
  })

  it(`[G-26] is sealed to 1,000 devices in operations of ${MAX_KEYS} keys`, () => {
    const { state, get } = ada.members.history(group)
    const crowd = Array.from({ length: 997 }, (_, at) => furtherDevice('bob', `${at}`))
    for (const { device, certificate } of crowd)
      state.members.get(bob.identity.account)?.devices.set(device, certificate)
    const { epoch, key, actions } = rotation(group, state, new Map())
    const carried = actions.map(action =>
      signOperation({ group, parents: ['00'.repeat(32)], time: 0, action }, ada.identity.deviceKey)
    )
    expect(carried.map(({ action }) => action.type)).toEqual(['rotateKey', 'shareKey', 'shareKey', 'shareKey'])
    const [begin] = carried
    if (begin) apply(state, begin, 9)
    for (const identity of [crowd[0]!, crowd[500]!, crowd[996]!, eve.identity]) {
      const place = { identity, group, state, operation: get }
      expect(keysIn(carried, place, new Map())).toEqual(new Map([[epoch, key]]))
    }
  })
})

describe('keys that are changed at the same time', () => {
  it('[G-28] converge: all take the same one, and have both', () => {
    ada.members.rotate(group)
    bob.members.rotate(group)
    const epochs = [ada, bob].map(({ members }) => members.epoch(group))
    expect(new Set(epochs).size).toBe(2)
    meet(group, ada, bob, eve)
    for (const { members } of [ada, bob, eve]) {
      expect(members.epoch(group)).toBe(Math.max(...epochs))
      for (const epoch of epochs) expect(members.key(group, epoch)).toBeDefined()
      expect(members.mustRotate(group)).toBe(false)
    }
    // Both are wrapped under the next one.
    ada.members.rotate(group)
    const cleo = memoryHome('cleo', stores)
    letIn(cleo, ada, group)
    for (const epoch of [0, ...epochs]) expect(canRead(cleo, epoch)).toBe(true)
  })

  it('[G-28] never leave a key in use that somebody has who was removed meanwhile', () => {
    for (let round = 0; round < 4; round++) bob.members.rotate(group)
    removeEve(ada)
    meet(group, ada, bob)
    // Bob's are newer by number, but Eve has them.
    expect(generation(ada)).toBe(1)
    for (const { members } of [ada, bob]) {
      expect(members.epoch(group)).toBe(ada.members.epoch(group))
      expect(members.mustRotate(group)).toBe(false)
    }
  })

  it('[G-28] are stale when two were removed at once, each with a key that the other has', () => {
    const dan = memoryHome('dan', stores)
    letIn(dan, ada, group)
    meet(group, ada, bob, dan)
    removeEve(ada)
    bob.members.act(group, { type: 'remove', account: dan.identity.account, seen: seen(dan) })
    meet(group, ada, bob)
    for (const { members } of [ada, bob]) expect(members.mustRotate(group)).toBe(true)
    ada.members.rotate(group)
    meet(group, ada, bob)
    expect(bob.members.mustRotate(group)).toBe(false)
    for (const out of [eve, dan]) {
      out.members.receive(group, ada.members.since(group, []))
      expect(canRead(out, ada.members.epoch(group))).toBe(false)
    }
  })
})

describe('who was removed', () => {
  it('[G-27] decrypts nothing that is written after, with all they ever had and all that was ever sent', () => {
    ada.members.rotate(group)
    meet(group, ada, bob, eve)
    const before = ada.members.epoch(group)
    removeEve(ada)
    ada.members.rotate(group)
    meet(group, ada, bob)
    bob.members.rotate(group)
    meet(group, ada, bob)
    // Eve hears everything that goes over the wire from now on, and takes in what her own node would refuse, too.
    const everything = ada.members.since(group, []).map(bytes => readOperation(bytes))
    eve.members.receive(group, ada.members.since(group, []))
    const { state, get } = ada.members.history(group)
    const had = new Map(
      [...state.epochs.keys()].flatMap(epoch => {
        const key = eve.members.key(group, epoch)
        return key ? [[epoch, key] as const] : []
      })
    )
    expect([...had.keys()].sort()).toEqual([0, before].sort())
    const place = { identity: eve.identity, group, state, operation: get }
    const later = [...state.epochs.keys()].filter(epoch => epoch > before)
    expect(later).toHaveLength(3)
    const opened = keysIn(everything, place, new Map())
    for (const epoch of later) expect(opened.has(epoch)).toBe(false)

    const { device, deviceKey } = ada.identity
    const hers = createSealer((_, epoch) => had.get(epoch))
    const honest = createSealer((_, epoch) => ada.members.key(group, epoch))
    const plain = Buffer.from('after')
    for (const epoch of later) {
      const body = honest.seal({ group, device, epoch }, plain)!
      expect(honest.open({ group, device, epoch }, body)).toEqual(plain)
      expect(hers.open({ group, device, epoch }, body)).not.toEqual(plain)
      const room = roomOf(group, epoch, ada.members.key(group, epoch)!)
      const said = encodeBroadcast(room, deviceKey, { group, device, ms: 0, count: 1, body: plain })
      for (const key of had.values()) {
        expect(roomOf(group, epoch, key).topic).not.toBe(room.topic)
        expect(() => decodeBroadcast(roomOf(group, epoch, key), said)).toThrow()
        // Nor with the key as it is, whatever it is used for.
        expect(decrypt(key, hashOf(group), body)).toBeUndefined()
      }
      // Every wrapped or sealed key of every operation, under every key of hers.
      for (const { action } of everything) {
        if (action.type !== 'rotateKey' || action.epoch <= before) continue
        expect(action.keys.map(one => one.device)).not.toContain(eve.identity.device)
        for (const { wrapped } of action.wrapped)
          for (const key of had.values()) expect(decrypt(key, hashOf(group), wrapped)).toBeUndefined()
      }
    }
  })
})

describe('newcomers', () => {
  it('[G-30] read what was written before, where the policy says so', () => {
    for (let round = 0; round < 3; round++) ada.members.rotate(group)
    const cleo = memoryHome('cleo', stores)
    letIn(cleo, ada, group)
    for (const epoch of ada.members.history(group).state.epochs.keys()) expect(canRead(cleo, epoch)).toBe(true)
  })

  it('[G-30] read nothing of it where the policy does not, whoever admits them', () => {
    ada.members.act(group, { type: 'setPolicy', policy: { ...FIRST_POLICY, history: false } })
    const key = invitationKey('cleo writer')
    ada.members.act(group, { type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 9, expiresAt: 2 ** 50 })
    meet(group, ada, bob, eve)
    const old = ada.members.epoch(group)
    const cleo = memoryHome('cleo', stores)
    // Eve is no admin, and opens the door.
    letInWith(cleo, eve, key)
    meet(group, ada, bob, eve, cleo)
    const present = ada.members.epoch(group)
    expect(present).not.toBe(old)
    for (const { members } of [ada, bob, eve, cleo]) {
      expect(members.key(group, present)).toBeDefined()
      expect(members.mustRotate(group)).toBe(false)
    }
    expect(canRead(cleo, old)).toBe(false)
    expect(cleo.restart().key(group, old)).toBeUndefined()
  })
})

function letInWith(joiner: Home, at: Home, key: ReturnType<typeof invitationKey>): void {
  at.members.act(group, { type: 'join', request: request(joiner.identity, copyOf(at, group), key) })
  welcome(joiner, at, group)
}
