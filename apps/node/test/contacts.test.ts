import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contact } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNode, until, type TestNode } from './harness.ts'

let ada: TestNode
let ben: TestNode
beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
})
afterAll(() => Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]))

const whenever = (node: TestNode, state: Contact['state']): Promise<Contact> =>
  until(node, ['contacts'], async () => (await node.client.contacts.list()).find(one => one.state === state))

it('[N-150] by a card one asks, is accepted, and both talk and see the same words', async () => {
  const card = await ada.borgo('contact', 'card')
  expect(card.stdout).toMatch(/^borgo:contact\//)
  expect((await ben.borgo('contact', 'add', card.stdout.trim())).stdout).toContain('Ada is asked')
  await whenever(ada, 'asked')
  expect((await ada.borgo('contact', 'list')).stdout).toMatch(/Ben +asks you/)
  expect((await ada.borgo('contact', 'accept', 'Ben')).stdout).toContain('Ben is a contact')
  await whenever(ben, 'contact')
  const [hers, his] = [
    (await ada.borgo('contact', 'verify', 'Ben', '--same', '--json')).json<Contact>(),
    (await ben.borgo('contact', 'verify', 'Ada', '--json')).json<Contact>()
  ]
  expect(hers.words).toEqual(his.words)
  expect([hers.verified, his.verified]).toEqual([true, false])
  const { account } = hers
  const { group } = await ada.client.chat.direct({ body: { account } })
  await until(ben, ['chat', 'groups'], async () => {
    const groups = await ben.client.groups.list()
    return groups.find(({ id, members }) => id === group && members.length === 2)
  })
  expect((await ada.borgo('group', 'list')).stdout).toMatch(/ Ben +owner/)
  expect((await ben.borgo('group', 'list')).stdout).toMatch(/ Ada +owner/)
  expect((await ada.borgo('status')).stdout).toMatch(/^groups +0$/m)
  expect((await ada.borgo('contact', 'nickname', 'Ben', 'Benny')).code).toBe(0)
  expect((await ada.borgo('contact', 'note', 'Benny', 'met at the well')).code).toBe(0)
  expect((await ada.borgo('contact')).stdout).toMatch(/Ben +Benny +contact +yes .* met at the well/)
})

it('[N-150] what is no card, nobody, or forgotten for good is said', async () => {
  expect(await ada.borgo('contact', 'add', 'borgo:contact/x')).toMatchObject({ code: 2 })
  expect(await ada.borgo('contact', 'accept', 'Nobody')).toMatchObject({ code: 5 })
  expect(await ada.borgo('contact', 'remove', 'Benny')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes')
  })
})

it('[N-150] contacts go into a file and come out of it; who is blocked is refused', async () => {
  const file = join(ada.folder, 'contacts.json')
  expect((await ada.borgo('contact', 'export', file)).code).toBe(0)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ contacts: [{ nickname: 'Benny' }] })
  expect((await ada.borgo('contact', 'remove', 'Benny', '--yes')).code).toBe(0)
  expect((await ada.borgo('contact', 'import', file)).stdout).toContain('1 new, 0 known')
  const { account } = await whenever(ada, 'contact')
  expect((await ada.borgo('contact', 'block', account)).code).toBe(0)
  await until(ada, ['peers', 'contacts'], async () => (await ada.client.peers.list()).length === 0 || undefined)
  expect((await ada.borgo('contact', 'list')).stdout).toContain('contact, blocked')
  expect((await ada.borgo('peers', 'denied')).stdout).toMatch(/is blocked .*the block ends/)
  expect((await ada.borgo('contact', 'unblock', account)).code).toBe(0)
  await until(ada, ['peers'], async () => (await ada.client.peers.list()).length > 0 || undefined)
})
