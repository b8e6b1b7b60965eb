import type { Operation } from '../groups/operation.ts'
import type { AccountId } from '../ids.ts'
import type { Stores } from '../store/store.ts'
import { memoryIdentity } from './identity.ts'
import { memoryHome, welcome } from './membership-home.ts'
import type { Home } from './membership-home.ts'
import { forge, manyCertificates, requestOf } from './random-dag.ts'
import { OPEN_LINK, hex, invitationKey, request, replica } from './replica.ts'

/** Branches that grow beside each other, and operations on each before they are joined again. */
const BRANCHES = 4
const BRANCH_LENGTH = 10

/**
 * The history of a large group, unsigned: four admins let people in, set roles and remove some, each on a branch of
 * their own that every now and then takes the others in.
 */
export function longHistory(count: number): Operation[] {
  const people = manyCertificates(count)
  const [founder, ...rest] = people
  if (!founder) throw new TypeError('a history has operations')
  const key = 'ab'.repeat(32)
  const create = forge(founder.device, [], {
    type: 'create',
    name: 'Village',
    kind: 'shared',
    owner: 'founder',
    certificate: founder,
    keyCheck: new Uint8Array(32)
  })
  const operations = [create]
  let heads = [create.id]
  const add = (author: typeof founder, parents: readonly string[], action: Operation['action']): string => {
    const operation = forge(author.device, parents, action)
    operations.push(operation)
    return operation.id
  }
  const invite = { type: 'invite', ...OPEN_LINK, key, uses: 10_000, expiresAt: 2 ** 50 } as const
  heads = [add(founder, heads, { ...invite, role: 'writer' })]
  const admins = rest.splice(0, BRANCHES)
  for (const admin of admins) {
    heads = [add(founder, heads, { type: 'join', request: requestOf(founder, admin, key) })]
    heads = [add(founder, heads, { type: 'setRole', account: admin.account, role: 'admin', seen: new Map() })]
  }
  while (operations.length < count) {
    heads = admins.map(admin => {
      let head = heads
      for (let step = 0; step < BRANCH_LENGTH && operations.length < count; step++) {
        const person = rest.pop()
        if (!person) break
        const { account } = person
        head = [add(admin, head, { type: 'join', request: requestOf(admin, person, key) })]
        if (step % 3 === 1) head = [add(admin, head, { type: 'setRole', account, role: 'reader', seen: new Map() })]
        if (step % 5 === 4) head = [add(person, head, { type: 'rename', name: 'another name' })]
      }
      return head[0] ?? create.id
    })
  }
  return operations
}

/** A real group of `people`, on the disks of its owner and of one member. */
export function largeGroup(people: number, stores: Stores): { owner: Home; member: Home; some: AccountId } {
  const owner = memoryHome('owner', stores)
  const member = memoryHome('member', stores)
  const group = owner.members.create({ name: 'Village', kind: 'shared' })
  const key = invitationKey('crowd')
  const invite = { type: 'invite', ...OPEN_LINK, key: hex(key), uses: 10_000, expiresAt: 2 ** 50 } as const
  owner.members.act(group, { ...invite, role: 'writer' })
  const door = replica(owner.identity, [...owner.members.history(group).all()])
  const crowd = Array.from({ length: people - 2 }, (_, at) => memoryIdentity(`person ${at}`))
  for (const joiner of [member.identity, ...crowd])
    owner.members.act(group, { type: 'join', request: request(joiner, door, key) })
  welcome(member, owner, group)
  const [some] = crowd
  if (!some) throw new TypeError('a large group has more than two people')
  return { owner, member, some: some.account }
}
