import { expect, it } from 'vitest'
import { invitableRoles } from './roles.ts'

const policy = { history: true, inviters: 'admin', keyAgeMs: 0, keyRecords: 0 } as const

it('[U-5] offers to invite only to roles that the group would accept from this person', () => {
  const offered = (role: 'reader' | 'writer' | 'admin' | 'owner', inviters: typeof role = 'admin') =>
    invitableRoles({ kind: 'shared', role, policy: { ...policy, inviters } })
  expect(offered('owner')).toEqual(['reader', 'writer', 'admin', 'owner'])
  expect(offered('admin')).toEqual(['reader', 'writer'])
  expect(offered('admin', 'owner')).toEqual([])
  expect(offered('writer')).toEqual([])
  expect(offered('writer', 'reader')).toEqual(['reader', 'writer'])
  expect(offered('reader', 'reader')).toEqual(['reader'])
  expect(invitableRoles({ kind: 'direct', role: 'owner', policy })).toEqual([])
})
