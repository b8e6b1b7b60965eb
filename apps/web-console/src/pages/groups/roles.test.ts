import type { Member } from '@borgo/api'
import { expect, it } from 'vitest'
import { invitableRoles, isAbove, isLastOwner, otherRoles } from './roles.ts'

const policy = { history: true, inviters: 'admin', keyAgeMs: 0, keyRecords: 0 } as const

it('[U-5] offers to invite only to roles that the group would accept from this person', () => {
  const offered = (role: 'reader' | 'writer' | 'admin' | 'owner', inviters: typeof role = 'admin') =>
    invitableRoles({ kind: 'shared', role, policy: { ...policy, inviters } })
  expect(offered('owner')).toEqual(['relay', 'reader', 'writer', 'admin', 'owner'])
  expect(offered('admin')).toEqual(['relay', 'reader', 'writer'])
  expect(offered('admin', 'owner')).toEqual([])
  expect(offered('writer')).toEqual([])
  expect(offered('writer', 'reader')).toEqual(['relay', 'reader', 'writer'])
  expect(offered('reader', 'reader')).toEqual(['relay', 'reader'])
  expect(invitableRoles({ kind: 'direct', role: 'owner', policy })).toEqual([])
})

it('[U-17] offers to act only on those whom this role stands above', () => {
  const above = (role: Member['role'], of: Member['role'], kind: 'shared' | 'direct' = 'shared') =>
    isAbove({ kind, role }, { role: of, self: false })
  expect([above('owner', 'owner'), above('owner', 'reader'), above('admin', 'writer')]).toEqual([true, true, true])
  expect([above('admin', 'admin'), above('admin', 'owner'), above('writer', 'reader')]).toEqual([false, false, false])
  expect(above('owner', 'writer', 'direct')).toBe(false)
  expect(isAbove({ kind: 'shared', role: 'owner' }, { role: 'owner', self: true })).toBe(false)
  expect(otherRoles({ kind: 'shared', role: 'admin', members: [] }, { role: 'writer', self: false })).toEqual([
    'relay',
    'reader'
  ])
})

it('[U-17] offers to lower oneself, but not to the last owner', () => {
  const lesser = (role: Member['role'], owners: number, kind: 'shared' | 'direct' = 'shared') => {
    const members = Array.from({ length: owners }, () => ({ role: 'owner' }) as Member)
    return otherRoles({ kind, role, members }, { role, self: true })
  }
  expect(lesser('owner', 2)).toEqual(['relay', 'reader', 'writer', 'admin'])
  expect(lesser('writer', 1)).toEqual(['relay', 'reader'])
  expect(lesser('owner', 1)).toEqual([])
  expect(lesser('relay', 1)).toEqual([])
  expect(lesser('writer', 1, 'direct')).toEqual([])
})

it('[U-17] keeps the last owner from leaving', () => {
  const member = (role: Member['role']) => ({ role }) as Member
  expect(isLastOwner({ role: 'owner', members: [member('owner'), member('admin')] })).toBe(true)
  expect(isLastOwner({ role: 'owner', members: [member('owner'), member('owner')] })).toBe(false)
  expect(isLastOwner({ role: 'admin', members: [member('owner')] })).toBe(false)
})
