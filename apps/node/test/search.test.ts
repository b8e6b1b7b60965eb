import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FoundPage, Workspace } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNode, temporaryFolder, type TestNode } from './harness.ts'

let ada: TestNode
let group: string
beforeAll(async () => {
  ada = await startNode({ name: 'Ada' })
  group = (await ada.client.groups.create({ body: { name: 'Bakers' } })).id
})
afterAll(() => ada[Symbol.asyncDispose]())

const find = (query: Parameters<TestNode['client']['search']['find']>[0]['query']): Promise<FoundPage> =>
  ada.client.search.find({ query })

it('[N-227] finds messages, posts, titles, workspaces and contents in one search, and where they are', async () => {
  const message = await ada.client.chat.send({ params: { group }, body: { text: 'The sourdough is up' } })
  const workspace: Workspace = await ada.client.workspaces.create({ body: { group, name: 'Sourdough lab' } })
  const params = { workspace: workspace.id }
  const document = await ada.client.workspaces.createDocument({ params, body: { title: 'Sourdough by weight' } })
  const thread = await ada.client.workspaces.startThread({
    params,
    body: { title: 'Sourdough or yeast?', text: 'Say what you like' }
  })
  const inThread = { ...params, thread: thread.id }
  const post = await ada.client.workspaces.reply({ params: inThread, body: { text: 'Sourdough, always' } })
  using folder = temporaryFolder()
  const path = join(folder.path, 'sourdough.txt')
  writeFileSync(path, 'flour, water, salt')
  const content = await ada.client.content.publish({ params: { group }, body: { path } })

  const { before, found } = await find({ q: 'sourdough' })
  expect(before).toBeUndefined()
  const common = { group, account: ada.started.account, author: 'Ada' }
  expect(found).toEqual([
    expect.objectContaining({ ...common, kind: 'content', title: 'sourdough.txt', cid: content.cid }),
    expect.objectContaining({
      ...common,
      kind: 'post',
      id: post.id,
      title: thread.title,
      text: post.text,
      ...inThread
    }),
    expect.objectContaining({ ...common, kind: 'thread', title: thread.title, text: 'Say what you like', ...inThread }),
    expect.objectContaining({ ...common, kind: 'document', title: document.title, document: document.id, ...params }),
    expect.objectContaining({ ...common, kind: 'workspace', title: workspace.name, ...params }),
    expect.objectContaining({ ...common, kind: 'message', id: message.id, text: message.text })
  ])
  const kindsOf = async (query: Parameters<typeof find>[0]) => (await find(query)).found.map(({ kind }) => kind)
  expect(await kindsOf({ q: 'sourdough', kinds: 'message,thread' })).toEqual(['thread', 'message'])
  expect(await kindsOf({ q: 'sourdough', field: 'title' })).toEqual(['thread', 'document'])
  expect(await kindsOf({ q: 'sourdough', field: 'text' })).toEqual(['post', 'message'])
  expect(await kindsOf({ q: 'sourdough', until: 1 })).toEqual([])
  const first = await find({ q: 'sourdough', limit: 1 })
  expect(first.found[0]?.kind).toBe('content')
  expect(await kindsOf({ q: 'sourdough', limit: 1, before: first.before })).toEqual(['post'])
  await expect(find({ q: 'sourdough', kinds: 'recipes' })).rejects.toMatchObject({ status: 400 })

  const shown = await ada.borgo('search', 'sour', '--group', 'Bakers', '--kind', 'message', 'post', '--by', 'Ada')
  expect(shown.stdout.trim().split('\n')).toHaveLength(3)
  expect(shown.stdout).toMatch(
    /post +Bakers +Ada .*Sourdough or yeast\? +Sourdough, always\nmessage .*The sourdough is up/
  )
  const titles = await ada.borgo('search', 'sourdough', '--field', 'name', '--json')
  expect(titles.json<FoundPage>().found.map(({ kind }) => kind)).toEqual(['content', 'workspace'])
  expect(await ada.borgo('search', 'sourdough', '--group', 'Nobody')).toMatchObject({ code: 5 })
  expect(await ada.borgo('search', 'sourdough', '--kind', 'recipes')).toMatchObject({ code: 2 })
})

it('[N-228] finds nothing that was taken back, and of what was changed what it says now', async () => {
  const { id: workspace } = await ada.client.workspaces.create({ body: { group, name: 'Board' } })
  const params = { workspace }
  const { id: thread } = await ada.client.workspaces.startThread({ params, body: { title: 'Oven', text: 'Broken' } })
  const reply = async (text: string) =>
    (await ada.client.workspaces.reply({ params: { workspace, thread }, body: { text } })).id
  const edited = await reply('Marzipan')
  await ada.client.workspaces.editPost({ params: { workspace, post: edited }, body: { text: 'Marchpane' } })
  const removed = await reply('Liquorice')
  await ada.client.workspaces.removePost({ params: { workspace, post: removed } })
  using folder = temporaryFolder()
  const path = join(folder.path, 'caramel.txt')
  writeFileSync(path, 'sugar')
  const { cid } = await ada.client.content.publish({ params: { group }, body: { path } })
  await ada.client.content.withdraw({ params: { group, cid } })

  for (const q of ['Marzipan', 'Liquorice', 'caramel']) expect((await find({ q })).found).toEqual([])
  expect((await find({ q: 'Marchpane' })).found).toMatchObject([{ kind: 'post', text: 'Marchpane', thread }])
  expect((await find({ q: 'Oven' })).found).toMatchObject([{ kind: 'thread', title: 'Oven', text: 'Broken' }])
})
