import type { AuditEntry, Group, Invitation, Petition } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNode, until, type TestNode } from './harness.ts'

let ada: TestNode
let ben: TestNode
let group: Group
beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
  group = (await ada.borgo('group', 'create', 'Family', '--json')).json<Group>()
})
afterAll(() => Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]))

it('[N-120] lets in by approval: asked, shown, approved, in', async () => {
  const invited = await ada.borgo('group', 'invite', group.id, '--approval', '--json')
  const { link = '', approval } = invited.json<Invitation>()
  expect(approval).toBe(true)
  const asked = await ben.borgo('group', 'join', link)
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('let you in') })
  expect((await ben.borgo('group', 'waiting')).stdout).toContain('asking')
  const requests = (await ada.borgo('group', 'requests', 'Family', '--json')).json<Petition[]>()
  expect(requests).toMatchObject([{ name: 'Ben', role: 'writer' }])
  expect((await ada.borgo('group', 'requests', 'approve', 'Family', 'Ben')).code).toBe(0)
  const joined = await until(ben, ['groups'], async () => (await ben.client.groups.list())[0])
  expect(joined).toMatchObject({ id: group.id, role: 'writer' })
  expect((await ada.borgo('group', 'requests', 'accept', 'Family', 'Ben')).code).toBe(5)
  expect((await ada.borgo('group', 'requests', 'decline', 'Family', 'Ben')).code).toBe(5)
})

it('[N-120] sets roles, policy and keys, and shows who changed what', async () => {
  expect((await ada.borgo('group', 'role', 'Family', 'Ben', 'admin')).stdout).toContain('admin')
  await until(ben, ['groups'], async () => (await ben.client.groups.list())[0]?.role === 'admin' || undefined)
  const policy = await ada.borgo('group', 'policy', 'Family', '--inviters', 'writer', '--history', 'off', '--json')
  expect(policy.json()).toMatchObject({ inviters: 'writer', history: false })
  expect((await ada.borgo('group', 'rotate', 'Family', '--json')).json()).toMatchObject({ keyChanges: 1 })
  const { id: invitation } = (await ada.borgo('group', 'invite', group.id, '--json')).json<Invitation>()
  expect((await ada.borgo('group', 'invitations', 'revoke', group.id, invitation, '--yes')).code).toBe(0)
  expect((await ada.borgo('group', 'invitations', group.id, '--json')).json()).toEqual([])
  const audit = (await ada.borgo('group', 'audit', 'Family', '--json')).json<AuditEntry[]>()
  expect(audit.map(({ what, whom }) => (whom ? `${what} ${whom.name}` : what)).reverse()).toEqual([
    'create',
    'invite',
    'request Ben',
    'accept Ben',
    'setRole Ben',
    'setPolicy',
    'rotateKey',
    'invite',
    'revokeInvitation'
  ])
  expect((await ada.borgo('group', 'audit', 'Family')).stdout).toMatch(/Ada +accept +Ben/)
})

it('[N-230] of an open invitation it is shown for whom, by whom, and whether an admin must accept', async () => {
  const params = { group: group.id }
  const { id: open } = await ada.client.groups.invite({ params, body: { approval: true } })
  const account = ben.started.account
  const { id: his } = await ada.client.groups.invite({ params, body: { account } })
  const { stdout } = await ada.borgo('group', 'invitations', 'Family')
  expect(stdout).toMatch(new RegExp(`${open} .*anybody +Ada +an admin must accept`))
  expect(stdout).toMatch(new RegExp(`${his} .*Ben +Ada\\n`))
  for (const invitation of [open, his]) await ada.client.groups.revokeInvitation({ params: { ...params, invitation } })
})

it('[N-229] the audit says what was changed: from what to what, which invitation, which device', async () => {
  const invited = await ada.borgo(
    'group',
    'invite',
    'Family',
    '--uses',
    '3',
    '--role',
    'reader',
    '--approval',
    '--json'
  )
  const { id, expiresAt } = invited.json<Invitation>()
  await ada.client.groups.revokeInvitation({ params: { group: group.id, invitation: id } })
  const audit = await ada.client.groups.audit({ params: { group: group.id } })
  const invitation = { id, uses: 3, expiresAt, approval: true }
  expect(audit.slice(0, 2)).toMatchObject([
    { what: 'revokeInvitation', role: 'reader', invitation },
    { what: 'invite', role: 'reader', invitation }
  ])
  expect(audit.find(({ what }) => what === 'setPolicy')).toMatchObject({
    policy: { inviters: 'writer', history: false },
    formerPolicy: { inviters: 'admin', history: true }
  })
  const { stdout } = await ada.borgo('group', 'audit', 'Family')
  expect(stdout).toMatch(/end invitation .*reader, \w{12}, 3 uses, an admin must accept, until /)
  expect(stdout).toContain('newcomers read history: yes → no; may invite: admin and above → writer and above')
  expect(stdout).not.toMatch(/rotateKey|setPolicy|revokeInvitation/)
})

it.each([
  ['remove', 'Ben'],
  ['transfer', 'Ben'],
  ['leave'],
  ['revoke-device', '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN']
])('[N-121] group %s asks first, and takes no silence for a yes', async (command, ...more) => {
  const before = await ada.client.groups.audit({ params: { group: group.id } })
  const ran = await ada.borgo('group', command, 'Family', ...more)
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(await ada.client.groups.audit({ params: { group: group.id } })).toEqual(before)
})

it('[N-121] asks before a request is declined and an invitation ended', async () => {
  const { link = '', id } = await ada.client.groups.invite({ params: { group: group.id }, body: { approval: true } })
  await using cleo = await startNode({ name: 'Cleo' })
  expect((await cleo.borgo('group', 'join', link)).code).toBe(1)
  for (const command of [
    ['requests', 'decline', 'Family', 'Cleo'],
    ['invitations', 'revoke', 'Family', id]
  ])
    expect(await ada.borgo('group', ...command)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  const params = { group: group.id }
  expect(await ada.client.groups.petitions({ params })).toHaveLength(1)
  expect((await ada.client.groups.invitations({ params })).map(one => one.id)).toContain(id)
  expect((await ada.borgo('group', 'requests', 'decline', 'Family', 'Cleo', '--yes')).stdout).toContain('declined')
  expect((await ada.borgo('group', 'invitations', 'revoke', 'Family', id, '--yes')).code).toBe(0)
})

it('[N-256] the audit is shown to its beginning in pages, and by what was done and by whom', async () => {
  const params = { group: group.id }
  const all = await ada.client.groups.audit({ params })
  const shown: string[] = []
  for (let before: string | undefined; ;) {
    const more = before === undefined ? [] : ['--before', before]
    const ran = await ada.borgo('group', 'audit', 'Family', '--json', '--limit', '4', ...more)
    const page = ran.json<AuditEntry[]>()
    shown.push(...page.map(({ id }) => id))
    before = page.at(-1)?.id
    if (page.length < 4) break
    expect(ran.stderr).toContain(`older ones: --before ${before}`)
  }
  expect(shown).toEqual(all.map(({ id }) => id))
  const some = await ada.borgo('group', 'audit', 'Family', '--json', '--what', 'setRole', 'setPolicy', '--by', 'Ada')
  expect(some.json<AuditEntry[]>().map(({ what }) => what)).toEqual(['setPolicy', 'setRole'])
  expect((await ada.borgo('group', 'audit', 'Family', '--json', '--by', ben.started.account)).json()).toEqual([])
  expect(await ada.borgo('group', 'audit', 'Family', '--before', '0'.repeat(64))).toMatchObject({ code: 2 })
  expect((await ada.borgo('group', 'audit', 'Family', '--what', 'nonsense')).stderr).toContain('Allowed choices')
})

it('[N-120] hands the group over, and tells who is removed from it', async () => {
  expect((await ada.borgo('group', 'leave', 'Family', '--yes')).code).toBe(4)
  expect((await ada.borgo('group', 'transfer', 'Family', 'Ben', '--yes')).code).toBe(0)
  await until(ben, ['groups'], async () => (await ben.client.groups.list())[0]?.role === 'owner' || undefined)
  expect((await ben.borgo('group', 'remove', 'Family', 'Ada', '--yes')).code).toBe(0)
  await until(ada, ['groups'], async () => (await ada.client.groups.list()).length === 0 || undefined)
  expect((await ada.borgo('group', 'lost')).stdout).toMatch(/Family +removed +Ben/)
  expect((await ben.client.groups.get({ params: { group: group.id } })).members).toHaveLength(1)
})
