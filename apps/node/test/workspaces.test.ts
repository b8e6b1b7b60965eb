import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SharedDocument, SharedText, Thread, Workspace } from '@borgo/api'
import { WebSocket } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, spawnBorgo, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

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

/** A workspace of Ada's with a document, which Ben has heard of. */
async function found(name: string): Promise<{ workspace: string; document: string }> {
  const { id: workspace } = await ada.client.workspaces.create({ body: { group, name } })
  const body = { title: 'Plan' }
  const { id: document } = await ada.client.workspaces.createDocument({ params: { workspace }, body })
  await until(ben, ['workspaces'], async () => {
    const known = await ben.client.workspaces.documents({ params: { workspace } }).catch(() => [])
    return known.find(({ id }) => id === document)
  })
  return { workspace, document }
}

const textAt = async ({ client }: TestNode, params: { workspace: string; document: string }): Promise<string> =>
  (await client.workspaces.readDocument({ params })).text

it('[N-80] people post on a board and edit a document from the command line', async () => {
  using folder = temporaryFolder()
  const made = (await ada.borgo('workspace', 'create', 'Square', 'Festa', '--json')).json<Workspace>()
  expect(made).toMatchObject({ group, name: 'Festa', writable: true })
  await Promise.all([
    ada.borgo('workspace', 'post', 'Festa', 'Who cooks?', '--title', 'Food'),
    ada.borgo('workspace', 'doc', 'create', 'Festa', 'Plan')
  ])
  const file = join(folder.path, 'plan.txt')
  writeFileSync(file, 'Bread\nCheese \u{1f9c0}\n')
  expect((await ada.borgo('workspace', 'doc', 'edit', 'Festa', 'Plan', file)).code).toBe(0)

  const params = { workspace: made.id }
  await until(ben, ['workspaces'], async () => {
    const documents = await ben.client.workspaces.documents({ params }).catch(() => [])
    return documents.find(({ changedAt }) => changedAt !== undefined)
  })
  expect((await ben.borgo('workspace', 'doc', 'show', 'Festa', 'Plan')).stdout).toBe('Bread\nCheese \u{1f9c0}\n\n')
  const reply = await ben.borgo('workspace', 'post', 'Festa', 'I do', '--thread', 'Food')
  expect([reply.code, reply.stderr]).toEqual([0, ''])
  const [thread] = (await ben.borgo('workspace', 'board', 'Festa', '--json')).json<Thread[]>()
  expect(thread).toMatchObject({ title: 'Food', author: 'Ada', posts: 2 })
  const post = reply.stdout.trim()
  expect((await ben.borgo('workspace', 'edit-post', 'Festa', post, 'I do, twice')).stdout).toContain('I do, twice')
  expect((await ada.borgo('workspace', 'remove-post', 'Festa', post)).code).toBe(4)
  expect((await ben.borgo('workspace', 'remove-post', 'Festa', post)).stdout).toContain('taken back')
  expect((await ben.borgo('workspace', 'board', 'Festa', 'Food')).stdout).toContain('Who cooks?')
})

it('[N-80] says what is missing, and which of several is meant', async () => {
  const { workspace } = await found('Twins')
  await ada.client.workspaces.createDocument({ params: { workspace }, body: { title: 'Plan' } })
  const commands: [number, string[]][] = [
    [5, ['board', 'Nowhere']],
    [5, ['board', 'Twins', 'Nothing']],
    [5, ['doc', 'show', 'Twins', 'Missing']],
    [2, ['doc', 'show', 'Twins', 'Plan']],
    [2, ['post', 'Twins', 'neither']]
  ]
  const ended = await Promise.all(commands.map(([, command]) => ada.borgo('workspace', ...command)))
  expect(ended.map(({ code }) => code)).toEqual(commands.map(([code]) => code))
})

it('[N-80] the text may be any UTF-8 up to 16 MiB, and nothing else', async () => {
  const params = await found('Sizes')
  const put = (body: Uint8Array<ArrayBuffer>, mode?: 'append'): Promise<SharedDocument> =>
    ada.client.workspaces.writeDocument({ params, body, ...(mode && { query: { mode } }) })
  const text = 'a line of text, then another\n'.repeat(40_000)
  await put(new TextEncoder().encode(text))
  await put(new TextEncoder().encode('the end'), 'append')
  expect(await textAt(ada, params)).toBe(`${text}the end`)
  await until(ben, ['workspaces'], async () => ((await textAt(ben, params)) === `${text}the end` ? true : undefined))
  await expect(put(Uint8Array.of(0xff, 0xfe))).rejects.toMatchObject({ code: 'BAD_TEXT', status: 400 })
  await expect(put(new Uint8Array(16_777_217))).rejects.toMatchObject({ code: 'TOO_LARGE', status: 413 })
})

it('[N-81] watch prints the text whenever it changes', async () => {
  const params = await found('Watched')
  const command = ['workspace', 'doc', 'watch', 'Watched', 'Plan', '--json', '--data', ben.folder]
  const watch = spawnBorgo(command)
  const ended = once(watch, 'close')
  const write = (text: string): Promise<unknown> =>
    ada.client.workspaces.writeDocument({ params, body: new TextEncoder().encode(text) })
  const seen: string[] = []
  for await (const line of createInterface(watch.stdout)) {
    seen.push((JSON.parse(line) as SharedText).text)
    if (seen.at(-1) === '') await write('one')
    if (seen.at(-1) === 'one') await write('one two')
    if (seen.at(-1) === 'one two') watch.kill('SIGINT')
  }
  expect(new Set(seen)).toEqual(new Set(['', 'one', 'one two']))
  expect(await ended).toEqual([0, null])
})

it('[N-82] an editor gets its session and the text, and is refused without credentials or on what is no document', async () => {
  const params = await found('Live')
  await ada.client.workspaces.writeDocument({ params, body: new TextEncoder().encode('hello') })
  const { token } = await ada.client.access.createToken({ body: { name: 'editor', scope: 'admin' } })
  const reader = await ada.client.access.createToken({ body: { name: 'reader', scope: 'read' } })
  const address = (document: string): string =>
    ada.started.api.replace('http', 'ws') +
    ada.client.workspaces.edit.url({ params: { ...params, document }, query: {} })
  const open = (url: string, secret?: string): Promise<Uint8Array[] | number> =>
    new Promise(resolve => {
      const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
      const socket = new WebSocket(url, { headers })
      const messages: Uint8Array[] = []
      socket.binaryType = 'arraybuffer'
      socket.onmessage = ({ data }) => {
        messages.push(new Uint8Array(data as ArrayBuffer))
        if (messages.length < 3) return
        resolve(messages)
        socket.close()
      }
      socket.onclose = ({ code }) => resolve(code)
    })
  const messages = await open(address(params.document), token)
  expect(Array.isArray(messages) && messages.map(([type]) => type)).toEqual([100, 0, 1])
  expect(await open(address(params.document))).toBe(1_006)
  expect(await open(address(params.document), reader.token)).toBe(1_006)
  expect(await open(address(`b${'a'.repeat(52)}`), token)).toBe(1_011)
})

it('[N-80] a document says whose changes were refused', async () => {
  const params = await found('Clean')
  const read: SharedText = await ada.client.workspaces.readDocument({ params })
  expect(read).toMatchObject({ text: '', writable: true, refused: [], document: { title: 'Plan' } })
})
