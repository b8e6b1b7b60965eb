import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContentHolder, SharedContent, Transfer } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { socketFetch } from '../src/cli/socket-fetch.ts'
import { connect, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

const MIB = 1_048_576

let ada: TestNode
let ben: TestNode
let group: string

beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
  await connect(ben, ada)
  group = (await ada.client.groups.create({ body: { name: 'Square' } })).id
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: {} })
  await ben.client.groups.join({ body: { link } })
})
afterAll(() => Promise.all([ada, ben].map(node => node[Symbol.asyncDispose]())))

/** Bytes of which no two MiB are equal. */
function bytesOf(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length, seed)
  for (let at = 0; at < length; at += MIB) bytes.write(`${seed} ${at}`, at)
  return bytes
}

const hears = (node: TestNode, cid: string): Promise<SharedContent> =>
  until(node, ['content'], async () => {
    const all = await node.client.content.list({ params: { group } })
    return all.find(content => content.cid === cid)
  })

it('[N-90] [N-55] a file goes from one to the other by commands', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'film.bin')
  writeFileSync(path, bytesOf(5 * MIB + 3, 1))
  const published = await ada.borgo('content', 'publish', 'Square', path, '--mime', 'video/mp4')
  expect([published.code, published.stderr]).toEqual([0, expect.stringContaining('100 %')])
  const cid = published.stdout.trim()
  await hears(ben, cid)
  expect((await ben.borgo('content', 'list', 'Square')).stdout).toMatch(/film\.bin +5\.24 MB +Ada/)
  const details = (await ben.borgo('content', 'show', 'Square', 'film.bin', '--json')).json<
    SharedContent & { holders: ContentHolder[] }
  >()
  expect(details).toMatchObject({ cid, mime: 'video/mp4', publisher: 'Ada', held: { state: 'none' } })
  expect(details.holders).toMatchObject([{ name: 'Ada', percent: 100 }])

  const fetched = await ben.borgo('content', 'fetch', 'Square', 'film.bin', '--to', join(folder.path, 'copy.bin'))
  expect(fetched.stdout.trim()).toBe(join(folder.path, 'copy.bin'))
  expect(fetched.stderr).toContain('film.bin: 100 % of 5.24 MB')
  expect(readFileSync(fetched.stdout.trim()).equals(readFileSync(path))).toBe(true)
  expect((await ben.borgo('content', 'show', 'Square', cid)).stdout).toContain('Ben (this node)')
  const [transfer] = (await ben.borgo('content', 'transfers', '--json')).json<Transfer[]>()
  expect(transfer).toMatchObject({ cid, state: 'done', doneBytes: 5 * MIB + 3, sources: [{ name: 'Ada' }] })

  expect((await ben.borgo('content', 'withdraw', 'Square', 'film.bin')).code).toBe(4)
  expect((await ada.borgo('content', 'withdraw', 'Square', 'film.bin')).code).toBe(0)
  expect((await ada.borgo('content', 'list', 'Square')).stdout).toContain('nothing is published')
})

it('[N-90] a folder goes with all that is in it', async () => {
  using folder = temporaryFolder()
  const photos = join(folder.path, 'photos')
  mkdirSync(join(photos, 'trip'), { recursive: true })
  writeFileSync(join(photos, 'trip', 'è.jpg'), bytesOf(2 * MIB, 2))
  writeFileSync(join(photos, 'empty'), '')
  const { cid, files } = (await ada.borgo('content', 'publish', 'Square', photos, '--json')).json<SharedContent>()
  expect(files).toBe(2)
  await hears(ben, cid)
  const fetched = await ben.borgo('content', 'fetch', 'Square', 'photos', '--json')
  const { target } = fetched.json<Transfer>()
  expect(readFileSync(join(target, 'trip', 'è.jpg')).equals(bytesOf(2 * MIB, 2))).toBe(true)
  const listed = await ben.client.content.files({ params: { group, cid } })
  expect(listed.map(({ path }) => path).sort()).toEqual(['empty', 'trip/è.jpg'])
})

it('[N-90] says what is missing and what is wrong', async () => {
  expect(await ada.borgo('content', 'publish', 'Square', '/nowhere')).toMatchObject({ code: 5, stdout: '' })
  expect((await ada.borgo('content', 'fetch', 'Square', 'nothing')).code).toBe(5)
  expect((await ada.borgo('content', 'cancel', 'nothing')).code).toBe(5)
  const publish = (path: string): Promise<SharedContent> =>
    ada.client.content.publish({ params: { group }, body: { path } })
  await expect(publish('relative')).rejects.toMatchObject({ code: 'BAD_REQUEST', status: 400 })
  await expect(publish('/etc/shadow-nowhere')).rejects.toMatchObject({ code: 'FILE_MISSING', status: 404 })
  const cid = `bafybei${'a'.repeat(52)}`
  await expect(ada.client.content.get({ params: { group, cid } })).rejects.toMatchObject({ code: 'CONTENT_UNKNOWN' })
  const bad = { group, cid: `bafz${'a'.repeat(55)}` }
  await expect(ada.client.content.get({ params: bad })).rejects.toMatchObject({ code: 'VALIDATION', status: 400 })
})

it('[N-91] an upload is published as it streams in; one that breaks off is not', async () => {
  const bytes = bytesOf(3 * MIB + 1, 3)
  const query = { name: 'up & down?.bin', mime: 'application/x-thing' }
  const made = await ada.client.content.upload({ params: { group }, query, body: new Uint8Array(bytes) })
  expect(made).toMatchObject({
    name: 'up & down?.bin',
    bytes: bytes.length,
    held: { state: 'whole' },
    mayWithdraw: true
  })

  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (controller.desiredSize === null) return
      controller.enqueue(new Uint8Array(MIB))
      controller.error(new Error('gone'))
    }
  })
  const body = { params: { group }, query: { name: 'broken.bin' }, body: broken }
  await expect(ada.client.content.upload(body)).rejects.toThrow()
  const names = (await ada.client.content.list({ params: { group } })).map(({ name }) => name)
  expect(names).not.toContain('broken.bin')
  const bad = { params: { group }, query: { name: '../up.bin' }, body: new Uint8Array(3) }
  await expect(ada.client.content.upload(bad)).rejects.toMatchObject({ code: 'BAD_NAME', status: 400 })
})

it('[N-93] a file is downloaded as an attachment, whole or in part', async () => {
  const bytes = bytesOf(2 * MIB + 9, 4)
  const query = { name: 'è "x".bin' }
  const { cid } = await ada.client.content.upload({ params: { group }, query, body: new Uint8Array(bytes) })
  const whole = await ada.client.content.download({ params: { group, cid } })
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-length': String(bytes.length),
    'content-disposition': `attachment; filename="_ _x_.bin"; filename*=UTF-8''%C3%A8%20%22x%22.bin`,
    'content-security-policy': expect.stringContaining('sandbox'),
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff'
  })
  const fetch = socketFetch(ada.started.socket)
  const url = ada.client.content.download.url({ params: { group, cid } })
  const part = await fetch(url, { headers: { range: `bytes=${MIB - 2}-${MIB + 1}` } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${MIB - 2}-${MIB + 1}/${bytes.length}`])
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(MIB - 2, MIB + 2))).toBe(true)
  expect((await fetch(url, { headers: { range: 'bytes=99999999-' } })).status).toBe(416)
  await hears(ben, cid)
  await expect(ben.client.content.download({ params: { group, cid } })).rejects.toMatchObject({ code: 'NOT_HELD' })
})

it('[N-92] a transfer that waits is paused, resumed and cancelled', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'away.bin')
  writeFileSync(path, bytesOf(MIB, 5))
  const { cid } = await ada.client.content.publish({ params: { group }, body: { path } })
  await hears(ben, cid)
  writeFileSync(path, 'changed')
  const begun = await ben.borgo('content', 'fetch', 'Square', 'away.bin', '--detach', '--json')
  const { id } = begun.json<Transfer>()
  await until(ben, ['transfers'], async () => {
    const { phase } = await ben.client.content.transfer({ params: { transfer: id } })
    return phase === 'seeking' ? true : undefined
  })
  expect((await ben.borgo('content', 'pause', 'away.bin')).stdout).toContain('paused')
  expect((await ben.borgo('content', 'resume', id.slice(0, 8))).stdout).toContain('waiting for somebody who has it')
  const heard = until(ben, ['transfers'], async () => {
    const all = await ben.client.content.transfers()
    return all.every(transfer => transfer.id !== id) ? true : undefined
  })
  expect((await ben.borgo('content', 'cancel', id)).code).toBe(0)
  expect(await heard).toBe(true)
})
