import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasCode } from '../errors.ts'
import { issueCertificate } from '../identity/certificate.ts'
import type { Certificate } from '../identity/certificate.ts'
import { signValue } from '../identity/signed.ts'
import { hashOf, peerKey } from '../ids.ts'
import type { GroupId, OperationId } from '../ids.ts'
import { furtherDevice, letIn, meet, memoryHome, seen } from '../testing/membership-home.ts'
import type { Home } from '../testing/membership-home.ts'
import { accountKeyOf } from '../testing/identity.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import type { Stores } from '../store/store.ts'
import { encodeAction } from './action.ts'
import { historyOf } from './checking.ts'
import { readOperation } from './operation.ts'

let stores: Stores
let ada: Home
let mallory: Home
let ben: Home
let group: GroupId
beforeEach(() => {
  stores = memoryStores()
  ada = memoryHome('ada', stores)
  mallory = memoryHome('mallory', stores)
  ben = memoryHome('ben', stores)
  group = ada.members.create({ name: 'Il borgo', kind: 'shared' })
})
afterEach(() => stores.close())

/** Mallory's word that somebody's device is hers, where her own keys sign for the other's. */
function claimed({ identity: { certificate } }: Home): Certificate {
  const { box, device, issuedAt, label } = certificate
  const account = accountKeyOf('mallory')
  const value = { v: 1, account: account.publicKey, device: peerKey(device), box, label, issuedAt }
  const bytes = signValue('borgo/certificate/1', value, account, mallory.identity.deviceKey)
  return { ...certificate, account: mallory.identity.account, bytes }
}

/** What Mallory signs of it, on top of these operations. */
function claim(victim: Home, parents: readonly OperationId[]): Uint8Array {
  const action = encodeAction({ type: 'addDevice', certificate: claimed(victim) })
  const { publicKey } = mallory.identity.deviceKey
  const sorted = [...parents].sort().map(id => Buffer.from(id, 'hex'))
  const value = { v: 1, group: hashOf(group), device: publicKey, parents: sorted, time: 0, action }
  return signValue('borgo/operation/1', value, mallory.identity.deviceKey)
}

/** Gives somebody operations, in this order; whether one was refused. */
function give(to: Home, ...operations: Uint8Array[]): boolean {
  try {
    to.members.receive(group, operations)
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_OPERATION')) return true
    throw error
  }
}

const newest = ({ members }: Home): OperationId[] => members.heads(group).map(id => Buffer.from(id).toString('hex'))

/** A certificate that the device itself signed, too: it cheats, or moved from one person to another. */
function signedForTwo({ identity }: Home, seed: string): Certificate {
  return issueCertificate({ account: accountKeyOf(seed), device: identity.deviceKey }, identity.certificate)
}

describe('a member who says that another’s device is theirs', () => {
  it('[G-42] does not take it, dated back to before its person came, in whatever order that arrives', () => {
    const early = memoryHome('early', stores)
    letIn(mallory, ada, group)
    const joined = newest(ada)
    letIn(early, ada, group)
    letIn(ben, ada, group)
    const dated = claim(ben, joined)
    const all = [early, ada, ben]
    expect(early.members.accountOf(group, ben.identity.device)).toBeUndefined()
    const refused = all.map(home => give(home, dated))
    meet(group, ...all)
    for (const { members } of [...all, ...all.map(home => ({ members: home.restart() }))]) {
      expect(members.roleOf(group, ben.identity.device)).toBe('writer')
      expect(members.accountOf(group, ben.identity.device)).toBe(ben.identity.account)
      expect(members.state(group)?.members.get(mallory.identity.account)?.devices.size).toBe(1)
    }
    expect(refused).toEqual([true, true, true])
  })

  it('[G-42] [G-19] does not take one that left or was removed, nor make its late records count again', () => {
    const cleo = memoryHome('cleo', stores)
    for (const person of [mallory, ben, cleo]) letIn(person, ada, group)
    meet(group, ada, mallory, ben, cleo)
    ben.members.act(group, { type: 'leave', seen: seen(ben) })
    ada.members.act(group, { type: 'remove', account: cleo.identity.account, seen: seen(cleo) })
    meet(group, ada, mallory, ben, cleo)
    for (const gone of [ben, cleo]) {
      const refused = give(ada, claim(gone, newest(ada)))
      const { account, device } = gone.identity
      expect(ada.members.accountOf(group, device)).toBe(account)
      expect(ada.members.roleOf(group, device)).toBeUndefined()
      expect(ada.members.countsAs(group, device, 1, 'writer')).toBeUndefined()
      expect(refused).toBe(true)
    }
  })

  it('[G-42] [G-2] does not take one that is yet to come: it comes in as who it is', () => {
    letIn(mallory, ada, group)
    const refused = give(ada, claim(ben, newest(ada)))
    letIn(ben, ada, group)
    for (const { members } of [ada, ben]) {
      expect(members.accountOf(group, ben.identity.device)).toBe(ben.identity.account)
      expect(members.state(group)?.members.has(ben.identity.account)).toBe(true)
    }
    expect(refused).toBe(true)
  })
})

describe('a device that signed for two people', () => {
  it('[G-10] stays whose it was first, also when it has left', () => {
    for (const person of [mallory, ben]) letIn(person, ada, group)
    meet(group, ada, mallory, ben)
    const certificate = signedForTwo(ben, 'mallory')
    expect(() => mallory.members.act(group, { type: 'addDevice', certificate })).toThrow('a member already')
    ben.members.act(group, { type: 'leave', seen: seen(ben) })
    meet(group, ada, mallory, ben)
    expect(() => mallory.members.act(group, { type: 'addDevice', certificate })).toThrow('another account')
    expect(ada.members.accountOf(group, ben.identity.device)).toBe(ben.identity.account)
  })

  it('[G-10] [G-25] comes back to its own person', () => {
    letIn(ben, ada, group)
    const phone = furtherDevice('ben', 'phone')
    ben.members.act(group, { type: 'addDevice', certificate: phone.certificate })
    ben.members.act(group, { type: 'revokeDevice', device: phone.device, seen: 0 })
    ben.members.act(group, { type: 'addDevice', certificate: phone.certificate })
    expect(ben.members.accountOf(group, phone.device)).toBe(ben.identity.account)
  })

  it('[G-43] is in a group as the person whose certificate it has, or not at all', () => {
    letIn(mallory, ada, group)
    mallory.members.receive(group, ada.members.since(group, []))
    const { account, device } = ben.identity
    mallory.members.act(group, { type: 'addDevice', certificate: signedForTwo(ben, 'mallory') })
    // What a member would answer to Ben, who asks to join as himself.
    const operations = mallory.members.since(group, []).map(bytes => readOperation(bytes))
    const keys = mallory.members.keysFor(group, ben.identity.certificate)
    expect(() => ben.members.adopt(historyOf(group, operations), keys)).toThrow(
      expect.objectContaining({ code: 'BAD_OPERATION' })
    )
    expect(ben.members.groups()).toEqual([])
    expect(mallory.members.accountOf(group, device)).not.toBe(account)
  })

  it('[G-43] does not go on as another person when that one dates back that it was theirs first', () => {
    letIn(mallory, ada, group)
    letIn(ben, ada, group)
    expect(ben.members.groups()).toEqual([group])
    mallory.members.act(group, { type: 'addDevice', certificate: signedForTwo(ben, 'mallory') })
    meet(group, ada, mallory, ben)
    for (const members of [ben.members, ben.restart()])
      expect([members.groups(), members.lost()]).toEqual([[], [group]])
  })
})
