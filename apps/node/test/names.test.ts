import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer, type AddressInfo } from 'node:net'
import { createClient, foundNames, type NameRecord, type Registration, type Setting } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, spawnBorgo, startNode, until, type TestNode } from './harness.ts'

let ada: TestNode
let ben: TestNode
let family: string
beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
  await connect(ada, ben)
  family = (await ada.client.groups.create({ body: { name: 'Family' } })).id
  const { link = '' } = await ada.client.groups.invite({ params: { group: family }, body: {} })
  await ben.client.groups.join({ body: { link } })
})
afterAll(() => Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]))

const name = (label: string): string => `${ada.started.account}/${label}`
const found = async (node: TestNode, query: Parameters<TestNode['client']['names']['resolve']>[0]['query']) => {
  const records: NameRecord[] = []
  const search = foundNames(await node.client.names.resolve({ query }))
  for (;;) {
    const { done, value } = await search.next()
    if (done) return { records, end: value }
    records.push(value)
  }
}

it('[N-191] a name is registered, listed, changed and withdrawn, over the API and by commands; each is an event', async () => {
  const file = join(ada.folder, 'data.bin')
  await writeFile(file, Uint8Array.of(0, 255, 1))
  const options = ['--comment', 'second floor', '--file', file, '--lifetime', '2h']
  expect((await ada.borgo('name', 'register', 'printer', ...options)).stdout).toContain(
    `registered on the link: ${name('printer')}`
  )
  const announced = async () => (await ada.client.names.own()).find(({ announcedAt }) => announcedAt !== undefined)
  expect(await until(ada, ['names'], announced)).toMatchObject({
    name: name('printer'),
    scope: 'link',
    comment: 'second floor',
    data: 'AP8B',
    lifetimeMs: 7_200_000
  })
  const address = '/ip4/192.0.2.1/tcp/4001'
  expect((await ada.borgo('name', 'update', 'printer', 'hello', '--address', address)).code).toBe(0)
  expect((await ada.borgo('name', '--json')).json<Registration[]>()).toMatchObject([
    { label: 'printer', comment: 'second floor', data: 'aGVsbG8=', addresses: [address] }
  ])
  expect((await ada.borgo('name', 'update', 'printer', '--own-addresses')).code).toBe(0)
  expect((await ada.client.names.own())[0]).not.toHaveProperty('addresses')
  expect((await ada.borgo('name', 'list')).stdout).toMatch(/printer +on the link .*hello \(5 B\) +second floor/)
  // Any label that there can be, a step up in paths among them.
  for (const label of ['..', '家'.repeat(64), '🏠 & co?', '7'])
    await ada.client.names.register({ body: { label, scope: 'group', group: family } })
  expect((await ada.client.names.own()).map(({ label }) => label)).toContain('家'.repeat(64))
  for (const { label, scope, group } of await ada.client.names.own())
    if (scope === 'group' && group) await ada.client.names.withdraw({ query: { label, scope, group } })
  expect((await ada.borgo('name', 'withdraw', 'printer', '--yes')).stdout).toContain('printer is withdrawn')
  expect((await ada.borgo('name')).stdout).toContain('no name yet')
})

it('[N-231] takes the only place where a name is, names several, and finds members as it finds contacts', async () => {
  const body = { label: 'cam', scope: 'group', group: family } as const
  await ada.client.names.register({ body })
  expect((await ada.borgo('name', 'update', 'cam', 'on the roof')).stdout).toContain('changed in the group')
  const seen = async () => (await found(ben, { name: name('cam'), scope: 'group', group: family })).records[0]
  await until(ben, ['groups', 'names'], seen)
  const resolved = await ben.borgo('name', 'resolve', 'Ada/cam', '--group', 'Family', '--limit', '1')
  expect(resolved.stdout).toContain(name('cam'))
  await ada.client.names.register({ body: { label: 'cam', scope: 'link' } })
  const unclear = await ada.borgo('name', 'withdraw', 'cam')
  expect(unclear).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/in the group .* and on the link|on the link and/)
  })
  expect((await ada.borgo('name', 'withdraw', 'cam', '--scope', 'link', '--yes')).code).toBe(0)
  expect((await ada.borgo('name', 'withdraw', 'cam', '--yes')).stdout).toContain('cam is withdrawn')
})

it('[N-121] asks before a name is withdrawn, and takes no silence for a yes', async () => {
  await ada.client.names.register({ body: { label: 'oven', scope: 'link' } })
  const silent = await ada.borgo('name', 'withdraw', 'oven')
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect((await ada.client.names.own()).map(({ label }) => label)).toContain('oven')
  await ada.client.names.withdraw({ query: { label: 'oven', scope: 'link' } })
})

it('[N-191] what cannot be is refused with what is wrong', async () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await ada.borgo('name', ...args)
    return [code, stderr]
  }
  expect(await refused('register', 'a', '--scope', 'group')).toEqual([2, expect.stringContaining('--group')])
  const big = join(ada.folder, 'big')
  await writeFile(big, new Uint8Array(16_385))
  expect(await refused('register', 'a', '--file', big)).toEqual([
    2,
    expect.stringContaining('at most 16 KiB (16.4 kB)')
  ])
  expect(await refused('withdraw', 'a')).toEqual([5, expect.stringContaining('no name')])
  expect(await refused('resolve', 'Nobody/a')).toEqual([5, expect.stringContaining('Nobody')])
  const bodies: [Parameters<typeof ada.client.names.register>[0]['body'], number, string][] = [
    [{ label: 'a/b', scope: 'link' }, 400, 'BAD_PEER_NAME'],
    [{ label: 'a', scope: 'link', addresses: ['here'] }, 400, 'BAD_ADDRESS'],
    [{ label: 'a', scope: 'global', lifetimeMs: 604_800_000 }, 400, 'BAD_REQUEST'],
    [{ label: 'a', scope: 'group' }, 400, 'BAD_REQUEST'],
    [{ label: 'a', scope: 'group', group: `b${'a'.repeat(52)}` }, 404, 'GROUP_UNKNOWN'],
    [{ label: 'a', scope: 'link', data: Buffer.alloc(16_385).toString('base64') }, 413, 'TOO_LARGE']
  ]
  for (const [body, status, code] of bodies) {
    const registering = ada.client.names.register({ body: body })
    await expect(registering).rejects.toMatchObject({ status, code })
  }
  await expect(ada.client.names.update({ body: { label: 'a', scope: 'link' } })).rejects.toMatchObject({ status: 404 })
  for (const query of [
    { name: 'nonsense' },
    { name: name('a'), scope: 'link', group: family } as const,
    { name: name('a'), timeoutMs: 600_001 }
  ])
    await expect(ada.client.names.resolve({ query })).rejects.toMatchObject({ status: 400 })
  const query = { name: name('a'), group: `b${'a'.repeat(52)}` }
  await expect(ada.client.names.resolve({ query })).rejects.toMatchObject({ status: 404 })
})

it('[N-192] a name is found on the link, in a group and in the directory, and who has it is said', async () => {
  await ada.client.names.register({ body: { label: 'chess', scope: 'link', comment: 'on the link' } })
  await ada.client.names.register({ body: { label: 'chess', scope: 'group', group: family, comment: 'in the group' } })
  await ada.client.names.register({ body: { label: 'chess', scope: 'global', comment: 'for all' } })
  const held = async () => (await ada.client.names.own()).find(({ holders }) => holders > 0)
  await until(ada, ['names'], held)
  expect((await ada.borgo('name', 'list')).stdout).toMatch(/chess +for everybody .*, 1 have it/)
  await until(ben, ['groups', 'peers'], async () => {
    const { records } = await found(ben, { name: name('chess'), scope: 'group' })
    return records.length > 0 || undefined
  })
  const { records, end } = await found(ben, { name: name('chess') })
  expect(records.map(({ comment }) => comment).sort()).toEqual(['for all', 'in the group', 'on the link'])
  expect(end).toBe('all')
  expect(records[0]).toMatchObject({ device: ada.started.device, addresses: ada.started.addresses })
  expect(await found(ben, { name: name('chess'), limit: 1 })).toMatchObject({ end: 'limit' })
  expect((await found(ben, { name: name('chess'), nearest: true })).records[0]).toHaveProperty('rttMs')
  expect(await found(ada, { name: name('chess'), excludeSelf: true })).toEqual({ records: [], end: 'all' })
  const printed = await ben.borgo('name', 'resolve', name('chess'), '--scope', 'global', '--nearest')
  expect(printed.stdout).toMatch(/known +for everybody\ndistance +[\d.]+ ms\ncomment +for all\naddress +\/ip4/)
  const lines = (await ada.borgo('name', 'resolve', 'chess', '--json')).stdout.trim().split('\n')
  expect(lines.map(line => (JSON.parse(line) as NameRecord).label)).toEqual(['chess', 'chess', 'chess'])
  expect(await ben.borgo('name', 'resolve', name('nothing'))).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('nobody who was asked has the name')
  })
  expect((await ben.borgo('name', 'directory')).stdout).toMatch(/private networks +answers others, knows 1 nodes/)
})

it('[N-216] a token that may only read makes the node dial nobody, though the nearest are wanted', async () => {
  let dialled = 0
  const trap = createServer(socket => {
    dialled++
    socket.destroy()
  })
  await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve))
  const { port } = trap.address() as AddressInfo
  const cleo = await startNode({ name: 'Cleo' })
  await connect(cleo, ben)
  const { link = '' } = await ada.client.groups.invite({ params: { group: family }, body: {} })
  await cleo.client.groups.join({ body: { link } })
  const { account, device } = cleo.started
  const addresses = [`/ip4/127.0.0.1/tcp/${port}/p2p/${device}`]
  await cleo.client.names.register({ body: { label: 'bait', scope: 'group', group: family, addresses } })
  const query = { name: `${account}/bait`, scope: 'group', nearest: true } as const
  await expect.poll(async () => (await found(ben, query)).records, { timeout: 20_000 }).toHaveLength(1)
  await cleo[Symbol.asyncDispose]()
  const present = async (): Promise<boolean> => (await ben.client.peers.list()).some(peer => peer.device === device)
  await expect.poll(present, { timeout: 20_000 }).toBe(false)

  const { token } = await ben.client.access.createToken({ body: { name: 'reader', scope: 'read' } })
  const reader = createClient({ baseUrl: ben.started.api, token })
  expect((await found({ ...ben, client: reader }, query)).records).toHaveLength(1)
  expect(dialled).toBe(0)
  expect((await found(ben, query)).records).toHaveLength(1)
  expect(dialled).toBeGreaterThan(0)
  trap.close()
})

it('[N-192] Ctrl-C ends a search without an error', async () => {
  await using silent = await startNode({ env: { BORGO_DHT: 'off' } })
  expect((await silent.client.names.directory()).lan).toEqual({ mode: 'off', peers: 0 })
  await connect(ben, silent)
  // It is still connected, and does not answer: the search waits for it.
  silent.process.kill('SIGSTOP')
  try {
    const child = spawnBorgo(['name', 'resolve', name('chess'), '--scope', 'link', '--data', ben.folder])
    const ended = new Promise(resolve => child.once('close', resolve))
    await new Promise(resolve => child.stdout.once('data', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  } finally {
    silent.process.kill('SIGCONT')
  }
})

it('[N-190] the directory is a setting: who to enter it by is nobody until somebody is named', async () => {
  const settings = (await ada.borgo('config', '--json')).json<Setting[]>()
  const value = (wanted: string) => settings.find(({ key }) => key === wanted)?.value
  expect([value('dht'), value('bootstrap')]).toEqual(['auto', []])
  const [address = ''] = ada.started.addresses
  await using cleo = await startNode({ args: ['--bootstrap', address, '--dht', 'client'] })
  await until(cleo, ['peers'], async () => (await cleo.client.peers.list())[0])
  expect((await cleo.client.names.directory()).lan.mode).toBe('client')
})
