import { describe, expect, it } from 'vitest'
import { accountKeyOf, memoryIdentity } from '../testing/identity.ts'
import { furtherDevice } from '../testing/membership-home.ts'
import { OPEN_LINK, found, hex, invitationKey, replica, request, welcome } from '../testing/replica.ts'
import type { Replica } from '../testing/replica.ts'
import type { Action } from './action.ts'
import type { Role } from './role.ts'
import { signOperation } from './operation.ts'

const ada = memoryIdentity('ada')
const nothingSeen = new Map()

const roles = ({ history }: Replica): Record<string, Role> =>
  Object.fromEntries([...history.state.members.values()].map(({ name, role }) => [name, role]))
const remove = ({ identity }: Replica): Action => ({ type: 'remove', account: identity.account, seen: nothingSeen })
const setRole = ({ identity }: Replica, role: Role): Action => ({
  type: 'setRole',
  account: identity.account,
  role,
  seen: nothingSeen
})
const invite = (name: string, role: Role = 'writer'): Action => ({
  type: 'invite',
  ...OPEN_LINK,
  key: hex(invitationKey(name)),
  role,
  uses: 5,
  expiresAt: 1000
})
const meet = (...all: Replica[]): void => {
  for (const to of all) for (const from of all) to.pull(from)
}
/** The same person with what they knew before, to sign on top of that later. */
const past = (of: Replica): Replica => replica(of.identity, of.history.since([]))

describe('removing', () => {
  it('[G-18] voids what the removed did meanwhile, and all that hangs on it, but not what they did before', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'admin')
    const before = welcome(second, 'cleo', 'writer')
    first.pull(second)
    first.act(remove(second))
    const during = welcome(second, 'dan', 'writer')
    during.act({ type: 'rename', name: 'Daniel' })
    meet(first, second, before, during)
    for (const copy of [first, second, before, during]) expect(roles(copy)).toEqual({ ada: 'owner', cleo: 'writer' })
  })

  it('[G-18] voids what is dated back after it: invitations, promotions, leaving', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    const third = welcome(second, 'cleo', 'writer')
    const old = past(second)
    first.pull(second)
    first.act(remove(second))
    for (const action of [invite('late'), setRole(third, 'owner'), { type: 'leave', seen: nothingSeen } as const]) {
      const dated = old.sign(action)
      first.history.check(dated)
      first.history.add(dated)
    }
    expect(roles(first)).toEqual({ ada: 'owner', cleo: 'writer' })
    expect(first.history.state.invitations.size).toBe(0)
  })

  it.each([
    ['a handover', (): Action => ({ type: 'transferOwnership', account: memoryIdentity('dora').account })],
    ['a leave', (): Action => ({ type: 'leave', seen: nothingSeen })],
    ['the end of an invitation', (): Action => ({ type: 'revokeInvitation', key: hex(invitationKey('bob')) })],
    ['a lower role', (own: Replica): Action => setRole(own, 'reader')]
  ])('[G-18] holds though the removed dates %s back to before they gave their remover a role', (_what, act) => {
    const founder = found(ada)
    const heir = welcome(founder, 'cleo', 'owner')
    welcome(founder, 'dora', 'writer')
    founder.act(invite('bob', 'writer'))
    const old = past(founder)
    const remover = welcome(founder, 'bob', 'writer')
    founder.act(setRole(remover, 'admin'))
    founder.act(setRole(founder, 'writer'))
    meet(founder, heir, remover)
    expect(remover.act(remove(founder))).toBeDefined()
    heir.pull(remover)
    const dated = old.sign(act(founder))
    heir.history.check(dated)
    heir.history.add(dated)
    expect(roles(heir)).toEqual({ bob: 'admin', cleo: 'owner', dora: 'writer' })
  })

  it('[G-18] leaves a demotion alone that fails for another reason, and whoever left meanwhile is gone', () => {
    const first = found(ada)
    const [second, third] = [welcome(first, 'bob', 'admin'), welcome(first, 'cleo', 'admin')]
    meet(first, second, third)
    second.act({ type: 'leave', seen: nothingSeen })
    first.act(setRole(second, 'reader'))
    third.act({ type: 'rename', name: 'Clio' })
    meet(first, second, third)
    for (const copy of [first, second, third]) expect(roles(copy)).toEqual({ ada: 'owner', Clio: 'admin' })
  })

  it('[G-18] holds both ways when two of equal standing remove each other at once', () => {
    const first = found(ada)
    const [second, third] = [welcome(first, 'bob', 'writer'), welcome(first, 'cleo', 'writer')]
    second.pull(first)
    const otherAda = past(first)
    // Both become owners at the same time, by two devices' words that did not know of each other.
    first.act(setRole(second, 'owner'))
    otherAda.act(setRole(third, 'owner'))
    meet(first, otherAda, second, third)
    second.act(remove(third))
    third.act(remove(second))
    meet(first, second, third)
    for (const copy of [first, second, third]) expect(roles(copy)).toEqual({ ada: 'owner' })
  })

  it('[G-6] never takes the last owner', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    const otherAda = past(first)
    otherAda.pull(first)
    expect(first.act({ type: 'leave', seen: nothingSeen })).toBeUndefined()
    expect(first.act(setRole(second, 'owner'))).toBeDefined()
    meet(first, second)
    // Both owners leave at the same time.
    expect(first.act({ type: 'leave', seen: nothingSeen })).toBeDefined()
    expect(second.act({ type: 'leave', seen: nothingSeen })).toBeDefined()
    meet(first, second)
    expect(first.history.state.owners.size).toBe(1)
    expect(roles(first)).toEqual(roles(second))
  })

  it('[G-7] [G-23] is for those who stand above: owners of longer standing, admins those below admin', () => {
    const first = found(ada)
    const [second, third] = [welcome(first, 'bob', 'owner'), welcome(first, 'cleo', 'admin')]
    const [fourth, fifth] = [welcome(first, 'dan', 'admin'), welcome(first, 'eve', 'writer')]
    meet(first, second, third, fourth, fifth)
    expect(second.act(remove(first))).toBeUndefined()
    expect(third.act(remove(fourth))).toBeUndefined()
    expect(third.act(setRole(third, 'owner'))).toBeUndefined()
    expect(third.act(setRole(fifth, 'admin'))).toBeUndefined()
    expect(fifth.act(remove(third))).toBeUndefined()
    expect(third.act(invite('admins', 'admin'))).toBeUndefined()
    expect(third.act(remove(fifth))).toBeDefined()
    expect(second.act(remove(third))).toBeDefined()
  })

  it('[G-20] ends the links that anybody may use, and no request of old lets the removed in again', () => {
    const first = found(ada)
    const key = invitationKey('door')
    first.act({ ...invite('door') } as Action)
    const eve = memoryIdentity('eve')
    const [used, spare] = [request(eve, first, key), request(eve, first, key)]
    expect(first.act({ type: 'join', request: used })).toBeDefined()
    first.act({ type: 'remove', account: eve.account, seen: nothingSeen })
    expect(first.history.state.invitations.size).toBe(0)
    expect(first.act({ type: 'join', request: spare })).toBeUndefined()
    first.act(invite('new door'))
    expect(first.act({ type: 'join', request: request(eve, first, invitationKey('new door')) })).toBeUndefined()
    first.act({ ...invite('in her name'), account: eve.account } as Action)
    const named = request(eve, first, invitationKey('in her name'))
    expect(first.act({ type: 'join', request: used })).toBeUndefined()
    expect(first.act({ type: 'join', request: named })).toBeDefined()
    first.act({ type: 'remove', account: eve.account, seen: nothingSeen })
    expect(first.act({ type: 'join', request: named })).toBeUndefined()
  })

  it('[G-18] shuts out who has left, when an owner says so', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'owner')
    const old = past(second)
    second.act({ type: 'leave', seen: nothingSeen })
    first.pull(second)
    const dated = old.sign(invite('late', 'owner'))
    expect(first.act(remove(second))).toBeDefined()
    first.history.check(dated)
    first.history.add(dated)
    expect(first.history.state.invitations.size).toBe(0)
  })
})

describe('requests', () => {
  it('[G-21] [G-20] are accepted once, by an admin, also by several at a time', () => {
    const first = found(ada)
    const [second, third] = [welcome(first, 'bob', 'admin'), welcome(first, 'cleo', 'writer')]
    meet(first, second, third)
    first.act({ ...invite('by approval'), approval: true, uses: 1 } as Action)
    meet(first, second, third)
    const dan = memoryIdentity('dan')
    const key = invitationKey('by approval')
    expect(third.act({ type: 'join', request: request(dan, third, key) })).toBeUndefined()
    const asked = third.act({ type: 'request', request: request(dan, third, key) })!
    expect(third.act({ type: 'request', request: request(dan, third, key) })).toBeUndefined()
    expect(third.act({ type: 'accept', request: asked.id })).toBeUndefined()
    meet(first, second, third)
    expect(third.history.wasAdmitted(dan.device)).toBe(false)
    expect(first.act({ type: 'accept', request: asked.id })).toBeDefined()
    expect(second.act({ type: 'accept', request: asked.id })).toBeDefined()
    meet(first, second, third)
    expect(third.history.wasAdmitted(dan.device)).toBe(true)
    expect(roles(third)).toEqual({ ada: 'owner', bob: 'admin', cleo: 'writer', dan: 'writer' })
    expect(first.history.state.invitations.get(hex(key))?.used).toBe(1)
  })
})

describe('devices', () => {
  const phone = furtherDevice('bob', 'phone')

  it('[G-25] are added by the person whose account certified them, and by nobody else', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    first.pull(second)
    expect(first.act({ type: 'addDevice', certificate: phone.certificate })).toBeUndefined()
    expect(second.act({ type: 'addDevice', certificate: phone.certificate })).toBeDefined()
    expect(second.history.state.members.get(second.identity.account)?.devices.size).toBe(2)
    const other = replica(phone, second.history.since([]))
    expect(other.act({ type: 'rename', name: 'Roberto' })).toBeDefined()
    expect(other.act({ type: 'revokeDevice', device: ada.device, seen: 0 })).toBeUndefined()
  })

  it('[G-36] are let in by any member when the account itself asks, and by no other word', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    first.pull(second)
    const [asked, forged] = [accountKeyOf('bob'), accountKeyOf('ada')]
    expect(first.act({ type: 'recover', request: request(phone, first, forged) })).toBeUndefined()
    expect(first.act({ type: 'recover', request: request(memoryIdentity('eve'), first, asked) })).toBeUndefined()
    const good = request(phone, first, asked)
    expect(first.act({ type: 'recover', request: good })).toBeDefined()
    expect(first.history.state.accounts.get(phone.device)).toBe(second.identity.account)
    expect(roles(first)).toEqual({ ada: 'owner', bob: 'writer' })
    expect(first.act({ type: 'revokeDevice', device: phone.device, seen: 0 })).toBeUndefined()
    const gone = welcome(first, 'dan', 'writer')
    gone.act({ type: 'leave', seen: new Map() })
    first.pull(gone)
    const again = request(furtherDevice('dan', 'phone'), first, accountKeyOf('dan'))
    expect(first.act({ type: 'recover', request: again })).toBeUndefined()
  })

  it('[G-37] come back by no word of the account once one was locked out, also at the same time', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    const [tablet, stolen] = [furtherDevice('bob', 'tablet'), furtherDevice('bob', 'stolen')]
    second.act({ type: 'addDevice', certificate: stolen.certificate })
    first.pull(second)
    const thief = replica(stolen, second.history.since([]))
    // While nobody there knows that it is locked out, it lets in one device, and a member another.
    expect(thief.act({ type: 'addDevice', certificate: phone.certificate })).toBeDefined()
    expect(first.act({ type: 'recover', request: request(tablet, first, accountKeyOf('bob')) })).toBeDefined()
    expect(second.act({ type: 'revokeDevice', device: stolen.device, seen: 0 })).toBeDefined()
    meet(first, second, thief)
    for (const copy of [first, second, thief])
      expect([...copy.history.state.accounts.keys()].sort()).toEqual([ada.device, second.identity.device].sort())
    expect(first.act({ type: 'recover', request: request(tablet, first, accountKeyOf('bob')) })).toBeUndefined()
    expect(second.act({ type: 'addDevice', certificate: tablet.certificate })).toBeDefined()
  })

  it('[G-37] come in by no open link either, in a group that never saw the one that was locked out', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    first.pull(second)
    const key = invitationKey('open')
    first.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role: 'writer', uses: 9, expiresAt: 1000 })
    const named = invitationKey('named')
    const { account } = second.identity
    first.act({ type: 'invite', approval: false, account, key: hex(named), role: 'writer', uses: 1, expiresAt: 1000 })
    second.pull(first)
    // At the same time a member lets a device in by the account's word.
    expect(first.act({ type: 'recover', request: request(phone, first, accountKeyOf('bob')) })).toBeDefined()
    expect(second.act({ type: 'guard' })).toBeDefined()
    meet(first, second)
    for (const copy of [first, second]) expect(copy.history.state.accounts.has(phone.device)).toBe(false)
    expect(first.act({ type: 'join', request: request(phone, first, key) })).toBeUndefined()
    expect(first.act({ type: 'join', request: request(memoryIdentity('cleo'), first, key) })).toBeDefined()
    expect(first.act({ type: 'join', request: request(phone, first, named) })).toBeDefined()
    expect(second.act({ type: 'guard' })).toBeUndefined()
  })

  it('[G-25] that revoke each other at once are both out', () => {
    const first = found(ada)
    const second = welcome(first, 'bob', 'writer')
    second.act({ type: 'addDevice', certificate: phone.certificate })
    const other = replica(phone, second.history.since([]))
    expect(second.act({ type: 'revokeDevice', device: phone.device, seen: 0 })).toBeDefined()
    expect(other.act({ type: 'revokeDevice', device: second.identity.device, seen: 0 })).toBeDefined()
    meet(first, second, other)
    for (const copy of [first, second, other]) expect(roles(copy)).toEqual({ ada: 'owner' })
    // Of the last owner, one stays.
    const tablet = furtherDevice('ada', 'tablet')
    first.act({ type: 'addDevice', certificate: tablet.certificate })
    const another = replica(tablet, first.history.since([]))
    first.act({ type: 'revokeDevice', device: tablet.device, seen: 0 })
    another.act({ type: 'revokeDevice', device: ada.device, seen: 0 })
    meet(first, another)
    for (const copy of [first, another]) expect(copy.history.state.accounts.size).toBe(1)
  })
})

describe('handing over', () => {
  it('[G-24] makes another the owner and the former one an admin, once', () => {
    const first = found(ada)
    const [second, third] = [welcome(first, 'bob', 'writer'), welcome(first, 'cleo', 'writer')]
    meet(first, second, third)
    const tablet = furtherDevice('ada', 'tablet')
    first.act({ type: 'addDevice', certificate: tablet.certificate })
    const other = replica(tablet, first.history.since([]))
    expect(second.act({ type: 'transferOwnership', account: third.identity.account })).toBeUndefined()
    // Two devices of hers hand it to two people at once: one of them gets it.
    expect(first.act({ type: 'transferOwnership', account: second.identity.account })).toBeDefined()
    expect(other.act({ type: 'transferOwnership', account: third.identity.account })).toBeDefined()
    meet(first, second, third, other)
    for (const copy of [first, second, third, other]) {
      expect(Object.values(roles(copy)).sort()).toEqual(['admin', 'owner', 'writer'])
      expect(roles(copy)).toEqual(roles(first))
    }
  })

  it('[G-1] refuses keys whose epoch is not theirs', () => {
    const first = found(ada)
    const content = { group: first.history.group, parents: first.history.parents(), time: 0 }
    const action: Action = {
      type: 'rotateKey',
      epoch: 2 ** 32 + 1,
      keyCheck: new Uint8Array(32),
      wrapped: [],
      keys: []
    }
    expect(() => signOperation({ ...content, action }, ada.deviceKey)).toThrow('epoch')
  })
})
