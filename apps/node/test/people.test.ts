import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Activity, NearMe, PresenceSetting, SeenObject } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { spawnBorgo, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

let ada: TestNode
let ben: TestNode
beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
  const { link } = await ben.client.contacts.card()
  await ada.client.contacts.add({ body: { who: link } })
  const asked = async () => (await ben.client.contacts.list()).find(({ state }) => state === 'asked')
  const { account } = await until(ben, ['contacts'], asked)
  await ben.client.contacts.accept({ params: { account } })
  await until(ada, ['contacts', 'groups'], async () => (await ada.client.contacts.list()).find(({ group }) => group))
})
afterAll(() => Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]))

it('[N-151] presence is said, seen by whom it is for, and an event', async () => {
  const said = await ada.borgo('presence', 'out-to-lunch', 'back at two', '--audience', 'verified', '--json')
  expect(said.json<PresenceSetting>()).toEqual({ state: 'out-to-lunch', text: 'back at two', audience: 'verified' })
  expect((await ben.borgo('presence', '--of', 'Ada')).stdout.trim()).toMatch(/^offline/)
  await ada.borgo('contact', 'verify', 'Ben', '--same')
  const atBen = (state: string) => async () =>
    (await ben.client.contacts.list()).find(({ presence }) => presence.state === state)
  await until(ben, ['presence'], atBen('out-to-lunch'))
  expect((await ben.borgo('contact')).stdout).toContain('out-to-lunch: back at two')
  await ada.borgo('presence', 'online')
  await ada.client.presence.idle({ body: { idle: true } })
  await until(ben, ['presence'], atBen('idle'))
  expect(await ada.borgo('presence', 'asleep')).toMatchObject({ code: 2 })
})

it('[N-151] near me is off until it is switched on', async () => {
  expect((await ada.borgo('near')).stdout).toContain('near me is off')
  expect((await ada.borgo('near', 'interests', 'chess', 'bread')).stdout).toContain('chess, bread')
  expect((await ada.borgo('near', 'on', '--json')).json<NearMe>()).toEqual({
    on: true,
    interests: ['chess', 'bread'],
    people: []
  })
  expect((await ada.borgo('near', 'off')).stdout).toContain('off')
  await expect(ada.client.near.set({ body: { interests: ['\u202e'] } })).rejects.toMatchObject({ status: 400 })
})

it('[N-151] objects and apps are shown, watched and gone', async () => {
  expect((await ada.borgo('object', 'publish', 'mood', 'baking')).stdout).toContain('mood is shown')
  const seen = async (): Promise<SeenObject | undefined> => (await ben.client.objects.list())[0]
  expect(await until(ben, ['objects'], seen)).toMatchObject({ id: 'mood', type: 'text/plain' })
  expect((await ben.borgo('object', 'list', '--of', 'Ada')).stdout).toMatch(/mood +text\/plain +6 B .*baking/)
  expect((await ada.borgo('object', 'own')).stdout).toContain('contacts')
  const params = { id: 'chess' }
  await ada.client.apps.register({ params, body: { name: 'Chess', capabilities: ['play/1'], scope: 'contacts' } })
  const [{ account = '' } = {}] = await ben.client.contacts.list()
  const apps = async () => (await ben.client.apps.of({ params: { account } }))[0]
  expect(await until(ben, ['apps'], apps)).toEqual({ id: 'chess', name: 'Chess', capabilities: ['play/1'] })
  await ada.client.apps.remove({ params })
  await until(ben, ['apps'], async () => (await apps()) === undefined || undefined)
  expect((await ada.borgo('object', 'remove', 'mood')).code).toBe(0)
  await until(ben, ['objects'], async () => (await seen()) === undefined || undefined)
  expect(await ada.borgo('object', 'remove', 'mood')).toMatchObject({ code: 5 })
})

it('[N-225] a command says which apps one has, and which ones somebody else has', async () => {
  expect((await ada.borgo('app')).stdout).toContain('borgo app register')
  const registered = await ada.borgo('app', 'register', 'draughts', '--name', 'Draughts', '--can', 'play/1', 'watch/1')
  expect(registered).toMatchObject({ code: 0, stdout: 'others see that you have Draughts\n' })
  expect((await ada.borgo('app', 'list')).stdout).toMatch(/draughts +Draughts +play\/1, watch\/1 +contacts/)
  const atBen = () => ben.borgo('app', 'list', '--of', 'Ada')
  const seen = (found: boolean) => async () => (await atBen()).stdout.includes('Draughts') === found || undefined
  await until(ben, ['apps'], seen(true))
  expect((await atBen()).stdout).toMatch(/draughts +Draughts +play\/1, watch\/1/)
  expect((await ada.borgo('app', 'remove', 'draughts')).code).toBe(0)
  await until(ben, ['apps'], seen(false))
  expect(await ada.borgo('app', 'remove', 'draughts')).toMatchObject({ code: 5 })
  expect(await ben.borgo('app', 'list', '--of', 'Nobody')).toMatchObject({ code: 5 })
})

it('[N-226] a terminal shows who invites, what an invitation carries, and what was answered', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'opening')
  writeFileSync(file, 'e4')
  const { id } = (await ada.borgo('activity', 'invite', 'Ben', 'go', '--payload-file', file, '--json')).json<Activity>()
  const atBen = async () => (await ben.client.activities.list()).find(one => one.id === id)
  await until(ben, ['activities'], atBen)
  const watching = spawnBorgo(['activity', 'watch', '--data', ben.folder])
  const lines = createInterface(watching.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toMatch(/from Ada +go +ringing/)
  expect((await ben.borgo('activity', 'show', id)).stdout).toMatch(/with +from Ada\n.*\n.*ringing[^]*data +e4/)
  writeFileSync(file, Uint8Array.of(0xff, 0xfe))
  expect((await ben.borgo('activity', 'accept', id, '-m', 'black', '--payload-file', file)).code).toBe(0)
  expect((await lines.next()).value).toMatch(/from Ada +go +accepted .*black/)
  watching.kill('SIGINT')
  expect(await once(watching, 'close')).toEqual([0, null])
  const accepted = async () => (await ada.client.activities.get({ params: { id } })).answer
  expect(await until(ada, ['activities'], accepted)).toMatchObject({ message: 'black', data: '//4=' })
  const shown = (await ada.borgo('activity', 'show', id)).stdout
  expect(shown).toMatch(/with +to Ben[^]*answer +black\nanswer data +2 B that are no text/)
  writeFileSync(file, new Uint8Array(16_385))
  const refused = await ada.borgo('activity', 'invite', 'Ben', 'go', '--payload-file', file)
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 16 KiB (16.4 kB)') })
  const object = await ada.borgo('object', 'publish', 'big', '--file', file)
  expect(object).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 16 KiB (16.4 kB)') })
})

it('[N-151] an activity is offered, rings, and is answered or taken back', async () => {
  const invited = await ada.borgo('activity', 'invite', 'Ben', 'chess', '-m', 'a game?', '--payload', 'e4')
  expect(invited.code).toBe(0)
  const ringing = async () => (await ben.client.activities.list()).find(({ state }) => state === 'ringing')
  const { data, message } = await until(ben, ['activities'], ringing)
  expect([Buffer.from(data, 'base64').toString(), message]).toEqual(['e4', 'a game?'])
  expect((await ben.borgo('activity')).stdout).toMatch(/from Ada +chess +ringing/)
  expect((await ben.borgo('activity', 'accept', '-m', 'white')).code).toBe(0)
  const accepted = async (): Promise<Activity | undefined> =>
    (await ada.client.activities.list()).find(({ state }) => state === 'accepted')
  expect((await until(ada, ['activities'], accepted)).answer?.message).toBe('white')
  expect(await ben.borgo('activity', 'decline', invited.stdout.trim())).toMatchObject({ code: 1 })
  expect((await ada.borgo('activity', 'invite', 'Ben', 'call', '--expires', '45s')).code).toBe(0)
  expect((await ada.borgo('activity', 'cancel')).stdout).toContain('cancelled')
  await until(ben, ['activities'], async () =>
    (await ben.client.activities.list()).find(({ state }) => state === 'cancelled')
  )
  expect(await ben.borgo('activity', 'accept')).toMatchObject({ code: 5 })
})

it('[N-197] says that nobody can be found where the node does not look around, and sends no message without text', async () => {
  const { stdout } = await ada.borgo('near', 'on')
  expect(stdout).toContain('nobody can be found')
  expect(stdout).toContain('start it with --mdns')
  expect((await ada.borgo('near', 'off')).stdout).toContain('near me is off, and nobody can be found')
  for (const text of ['', ' \n'])
    expect(await ada.borgo('chat', 'send', 'Ben', text)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing was sent')
    })
})

it('[N-257] whose invitations ring is said by a command, and the others are declined', async () => {
  expect((await ben.borgo('activity', 'allow')).stdout).toBe(
    'invitations of contacts and of members of your groups ring\n'
  )
  const from = async () => (await ben.client.activities.ringers()).from
  expect((await ben.borgo('activity', 'allow', 'nobody')).stdout).toBe('no invitation rings\n')
  await until(ben, ['ringers'], async () => (await from()) === 'nobody' || undefined)
  const { id } = (await ada.borgo('activity', 'invite', 'Ben', 'go', '--json')).json<Activity>()
  const declined = async () => {
    const { state } = await ada.client.activities.get({ params: { id } })
    return state === 'declined' || undefined
  }
  await until(ada, ['activities'], declined)
  expect((await ben.borgo('activity', 'allow', 'everybody')).stderr).toContain('Allowed choices are nobody')
  expect((await ben.borgo('activity', 'allow', 'contacts', '--json')).json()).toEqual({ from: 'contacts' })
})
