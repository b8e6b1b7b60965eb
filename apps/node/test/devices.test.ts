import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Device, DeviceLink, Linking } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { borgo, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

let laptop: TestNode
let bob: TestNode
let group: string
beforeAll(async () => {
  ;[laptop, bob] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Bob' })])
  group = (await laptop.client.groups.create({ body: { name: 'Family' } })).id
  const { link } = await laptop.client.groups.invite({ params: { group }, body: {} })
  await bob.client.groups.join({ body: { link: link ?? '' } })
  await laptop.client.chat.send({ params: { group }, body: { text: 'before' } })
})
afterAll(() => Promise.all([laptop[Symbol.asyncDispose](), bob[Symbol.asyncDispose]()]))

const secretly = (node: TestNode, stdin: string, ...args: string[]) =>
  borgo([...args, '--data', node.folder], { stdin: `${stdin}\n` })
const phase = (node: TestNode, wanted: Linking['phase']) =>
  until(node, ['devices'], async () => {
    const state = await node.client.devices.linking()
    return state.phase === wanted ? state : undefined
  })
const joined = (node: TestNode) => until(node, ['groups'], async () => (await node.client.groups.list())[0])
const heard = (node: TestNode, wanted: string) =>
  until(node, ['chat'], async () => {
    const { messages } = await node.client.chat.messages({ params: { group } })
    return messages.find(({ text }) => text === wanted)
  })

it('[N-160] links a new node: link, the same words on both, confirmed on both, and it goes on as the new device', async () => {
  await using phone = await startNode({ name: 'Nobody' })
  const { link } = (await laptop.borgo('device', 'link', '--json')).json<DeviceLink>()
  const onLine = await phone.borgo('device', 'join', link)
  expect(onLine).toMatchObject({ code: 2, stderr: expect.stringContaining('type it when asked or pipe it') })
  const opened = (await secretly(phone, link, 'device', 'join', '--name', 'Phone', '--json')).json<Linking>()
  expect(await phase(laptop, 'comparing')).toMatchObject({ role: 'giver', other: 'Phone' })
  expect(opened).toMatchObject({ phase: 'comparing', other: 'Ada' })
  const { words } = opened as { words: string[] }
  expect((await laptop.borgo('device', 'confirm')).stdout).toContain(words.join('  '))
  const { api, account } = phone.started
  await laptop.client.devices.confirm()
  expect(await phone.borgo('device', 'confirm', '--same')).toMatchObject({
    stdout: expect.stringContaining('a device of that person now'),
    stderr: expect.stringContaining('waiting until the other device agrees')
  })
  const identity = await phone.client.status.identity()
  expect(identity).toMatchObject({ account: laptop.started.account, device: phone.started.device, name: 'Ada' })
  expect(identity.account).not.toBe(account)
  expect((await fetch(`${api}/api/v1/status`)).status).toBe(401)
  expect(await joined(phone)).toMatchObject({ id: group, role: 'owner' })
  await heard(phone, 'before')
  await phone.client.chat.send({ params: { group }, body: { text: 'from the phone' } })
  await heard(bob, 'from the phone')

  expect((await laptop.borgo('device', 'rename', 'Phone', 'Telephone')).stdout).toBe('Telephone\n')
  const devices = (await laptop.borgo('device', 'list', '--json')).json<Device[]>()
  expect(devices).toMatchObject([
    { isThis: true, online: true, groups: 1 },
    { label: 'Telephone', online: true, groups: 1 }
  ])
  expect((await laptop.borgo('device', 'revoke', 'Telephone')).code).toBe(2)
  expect((await laptop.borgo('device', 'revoke', 'Telephone', '--yes')).stdout).toContain('locked out of 2 groups')
  await until(phone, ['groups'], async () => (await phone.client.groups.list()).length === 0 || undefined)
  expect((await laptop.borgo('device', 'revoke', 'Telephone', '--yes')).code).toBe(5)
  expect(laptop.log() + phone.log()).not.toContain(link)
})

it('[N-161] refuses what is no link, a link that was taken back, and a node that is in groups', async () => {
  const open = (node: TestNode, link: string) => node.client.devices.open({ body: { link } })
  await expect(open(bob, 'borgo:link/nothing')).rejects.toMatchObject({ code: 'BAD_DEVICE_LINK', status: 400 })
  const { link } = await laptop.client.devices.offer({ body: {} })
  expect(await secretly(bob, link, 'device', 'join')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('in groups already')
  })
  expect((await laptop.borgo('device', 'confirm', '--cancel')).code).toBe(0)
  await expect(laptop.client.devices.cancel({})).rejects.toMatchObject({ code: 'NO_LINKING', status: 409 })
})

it('[N-162] recovers a person who lost all devices: words and an address, or a file', async () => {
  using folder = temporaryFolder()
  // A person of their own: who has locked a device out comes back by no word.
  await using lost = await startNode({ name: 'Cleo' })
  const { id: tower } = await bob.client.groups.create({ body: { name: 'Tower' } })
  const { link } = await bob.client.groups.invite({ params: { group: tower }, body: {} })
  await lost.client.groups.join({ body: { link: link ?? '' } })
  const { words } = (await lost.borgo('recovery', 'words', '--json')).json<{ words: string }>()
  const file = join(folder.path, 'recovery.json')
  expect((await secretly(lost, 'correct horse', 'recovery', 'file', file)).code).toBe(0)
  expect((await secretly(lost, 'correct horse', 'recovery', 'file', file)).code).toBe(1)
  await lost.stop()

  await using first = await startNode()
  const [from = ''] = bob.started.addresses
  const typo = words.replace(/^\S+/, 'zebre')
  await expect(first.client.recovery.byWords({ body: { words: typo, from } })).rejects.toMatchObject({
    code: 'BAD_RECOVERY',
    status: 400
  })
  expect(await secretly(first, words, 'recover', '--name', 'Cleo', '--from', from)).toMatchObject({ code: 0 })
  expect(first.log()).not.toContain(words.slice(0, 20))
  expect(await first.client.status.identity()).toMatchObject({ account: lost.started.account, name: 'Cleo' })
  expect(await joined(first)).toMatchObject({ name: 'Tower' })
  expect(await secretly(first, words, 'recover', '--from', from)).toMatchObject({ code: 1 })

  await using second = await startNode()
  expect((await secretly(second, 'wrong', 'recover', '--file', file)).code).toBe(4)
  expect(await secretly(second, 'correct horse', 'recover', '--file', file)).toMatchObject({ code: 0 })
  expect(await second.client.status.identity()).toMatchObject({ account: lost.started.account, name: 'Cleo' })
  expect(await joined(second)).toMatchObject({ name: 'Tower' })
})

it('[N-163] sets, asks for and removes the passphrase, and checks the key file', async () => {
  using folder = temporaryFolder()
  await using node = await startNode({ folder: join(folder.path, 'node') })
  expect(await secretly(node, 'one', 'passphrase')).toMatchObject({ code: 0 })
  expect(await secretly(node, 'one\ntwo', 'passphrase')).toMatchObject({ code: 0 })
  expect((await secretly(node, 'two', 'recovery', 'words')).stdout.split('\n')).toHaveLength(5)
  await expect(node.client.recovery.words({ body: {} })).rejects.toMatchObject({ code: 'BAD_PASSPHRASE', status: 403 })
  await node.stop()
  const passphrase = join(folder.path, 'passphrase')
  await writeFile(passphrase, 'two\n', { mode: 0o600 })
  await using again = await startNode({ folder: node.folder, args: ['--passphrase-file', passphrase] })
  expect(again.started.device).toBe(node.started.device)
  expect((await again.borgo('id', 'check')).stdout).toContain('whole')
  expect(await secretly(again, 'two', 'passphrase', '--remove')).toMatchObject({ code: 0 })
  const keyFile = join(node.folder, 'core', 'identity.json')
  expect(JSON.parse(await readFile(keyFile, 'utf8'))).toMatchObject({ protection: null })
  await chmod(keyFile, 0o644)
  expect(await again.borgo('id', 'check')).toMatchObject({ code: 4, stderr: expect.stringContaining('chmod 600') })
})
