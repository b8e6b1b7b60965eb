import type { Village } from '@borgo/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { editKind, MAX_POST_LENGTH, removalKind } from '../src/protocol.ts'
import type { Board, CollabEvent } from '../src/index.ts'
import { createVillage, found, gather, move, settle } from './people.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 12 })
})
afterEach(() => village.stop())

async function boards(...names: string[]) {
  const people = await settle(village, ...names)
  const group = await gather(village, people)
  const { workspace } = await found(village, people, group.id)
  return { people, group, workspace, boards: people.map(({ workspaces }) => workspaces.open(workspace).board) }
}

const texts = (board: Board): (string | undefined)[] =>
  board.threads().flatMap(({ id }) => board.posts(id, { limit: 500 }).posts.map(({ text }) => text))

describe('workspaces', () => {
  it('[C-2] are made by name in a group and seen by all its members, and by nobody else', async () => {
    const [ada, ben, eve] = await settle(village, 'Ada', 'Ben', 'Eve')
    const group = await gather(village, [ada!, ben!])
    const events: CollabEvent[] = []
    ben!.workspaces.subscribe(event => events.push(event))
    const { id } = await village.run(ada!.workspaces.create(group.id, 'Festa'))
    await village.until(() => ben!.workspaces.list(group.id).some(workspace => workspace.id === id))
    expect(ben!.workspaces.open(id)).toMatchObject({ name: 'Festa', createdBy: ada!.node.self.account })
    expect(events).toContainEqual({ type: 'workspace', group: group.id, workspace: id })
    expect(eve!.workspaces.list()).toEqual([])
    expect(() => eve!.workspaces.open(id)).toThrow(expect.objectContaining({ code: 'WORKSPACE_UNKNOWN' }))
    await expect(eve!.workspaces.create(group.id, 'Mine')).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    for (const name of ['', ' ', 'x'.repeat(65), 'two\nlines'])
      await expect(ada!.workspaces.create(group.id, name)).rejects.toMatchObject({ code: 'BAD_TEXT' })
  })

  it('[C-2] let a reader read and nothing else', async () => {
    const [ada, ben] = await settle(village, 'Ada', 'Ben')
    const group = await gather(village, [ada!, ben!], 'reader')
    const { document, workspace } = await found(village, [ada!, ben!], group.id)
    const place = ben!.workspaces.open(workspace)
    await expect(place.board.start('No', 'no')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(place.createDocument('No')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const open = place.openDocument(document)
    expect(open.writable).toBe(false)
    expect(() => open.insert(0, 'no')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    const ours = ada!.workspaces.open(workspace).openDocument(document)
    ours.insert(0, 'to be read')
    await village.until(() => open.text() === 'to be read')
  })

  it('[C-2] keep documents apart', async () => {
    const [ada] = await settle(village, 'Ada')
    const group = await gather(village, [ada!])
    const [one, other] = [
      await ada!.workspaces.create(group.id, 'One'),
      await ada!.workspaces.create(group.id, 'Other')
    ]
    const { id } = await one.createDocument('Plan')
    expect(() => other.openDocument(id)).toThrow(expect.objectContaining({ code: 'DOCUMENT_UNKNOWN' }))
    expect(other.documents()).toEqual([])
    expect(one.documents()).toMatchObject([{ id, title: 'Plan', changedAt: undefined }])
  })
})

describe('the message board', () => {
  it('[C-3] shows the same threads and posts to everybody, those written offline too', async () => {
    const { boards: all, people } = await boards('Ada', 'Ben', 'Cleo')
    const [ada, ben, cleo] = all
    const food = await village.run(ada!.start('Food', 'Who cooks?'))
    for (const board of all) await village.until(() => board.threads().length === 1)
    village.isolate(people[2]!.node)
    await village.run(ben!.reply(food.id, 'I do'))
    await village.run(cleo!.reply(food.id, 'Me, I said offline'))
    await village.run(cleo!.start('Music', 'Who plays?'))
    expect(texts(cleo!)).not.toContain('I do')
    village.rejoin(people[2]!.node)
    for (const board of all) await village.until(() => texts(board).length === 4)
    expect(texts(ada!)).toEqual(texts(ben!))
    expect(texts(cleo!)).toEqual(texts(ben!))
    expect(ada!.threads().find(({ id }) => id === food.id)).toMatchObject({ title: 'Food', name: 'Ada', posts: 3 })
    expect(ada!.posts(food.id).posts.map(({ mine, name }) => [name, mine])).toContainEqual(['Ada', true])
  })

  it('[C-3] pages posts from the newest back, each once', async () => {
    const { boards: all } = await boards('Ada')
    const board = all[0]!
    const { id } = await village.run(board.start('Count', '0'))
    for (let index = 1; index < 25; index++) await village.run(board.reply(id, String(index)))
    const seen: (string | undefined)[] = []
    let page = board.posts(id, { limit: 10 })
    seen.unshift(...page.posts.map(({ text }) => text))
    while (page.before !== undefined) {
      page = board.posts(id, { limit: 10, before: page.before })
      seen.unshift(...page.posts.map(({ text }) => text))
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(index)))
  })

  it('[C-4] lets people edit and take back their own posts, from the records on', async () => {
    const { boards: all, group, people } = await boards('Ada', 'Ben')
    const [ada, ben] = all
    const thread = await village.run(ada!.start('Food', 'Who coks?'))
    await village.until(() => ben!.threads().length === 1)
    const reply = await village.run(ben!.reply(thread.id, 'Not me'))
    await village.run(ada!.edit(thread.id, 'Who cooks?'))
    expect(ada!.posts(thread.id).posts[0]).toMatchObject({ text: 'Who cooks?', editedAt: expect.any(Number) })
    await expect(ada!.edit(reply.id, 'Me')).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_AUTHOR|POST_UNKNOWN/)
    })
    await village.until(() => texts(ada!).length === 2)
    await expect(ada!.remove(reply.id)).rejects.toMatchObject({ code: 'NOT_AUTHOR' })
    // Records that say otherwise are stored and count for nothing.
    const forged = people[0]!.node.groups.get(group.id)!
    await village.run(forged.append(editKind, { post: reply.id, text: 'I love cooking' }))
    await village.run(forged.append(removalKind, { post: reply.id }))
    const removed = await village.run(ben!.start('Later', 'x'))
    await village.run(ben!.remove(removed.id))
    await village.until(() => ada!.threads().length === 2 && ada!.posts(removed.id).posts[0]!.text === undefined)
    expect(ada!.posts(thread.id).posts.map(({ text }) => text)).toEqual(['Who cooks?', 'Not me'])
    expect(ben!.posts(thread.id).posts.map(({ text }) => text)).toEqual(['Who cooks?', 'Not me'])
    await expect(ben!.edit(removed.id, 'back again')).rejects.toMatchObject({ code: 'POST_UNKNOWN' })
  })

  it('[C-4] ends with one text for everybody after edits and a removal made apart', async () => {
    const { boards: all, group, people } = await boards('Ada', 'Ben')
    const [ada, ben] = all
    const thread = await village.run(ada!.start('Food', 'first'))
    await village.until(() => ben!.threads().length === 1)
    village.isolate(people[1]!.node)
    await village.run(ada!.edit(thread.id, 'second'))
    await village.run(ada!.edit(thread.id, 'third'))
    expect(texts(ben!)).toEqual(['first'])
    village.rejoin(people[1]!.node)
    await village.until(() => texts(ben!)[0] === 'third')
    const own = people[0]!.node.groups.get(group.id)!
    await village.run(own.append(removalKind, { post: thread.id }))
    await village.run(own.append(editKind, { post: thread.id, text: 'too late' }))
    for (const board of all) await village.until(() => texts(board)[0] === undefined)
  })

  it('[C-5] says what is wrong with a post', async () => {
    const { boards: all } = await boards('Ada')
    const board = all[0]!
    const { id } = await village.run(board.start('Food', 'x'.repeat(MAX_POST_LENGTH)))
    for (const text of ['', ' \n', 'x'.repeat(MAX_POST_LENGTH + 1), '\ud800'])
      await expect(board.reply(id, text)).rejects.toMatchObject({ code: 'BAD_TEXT' })
    await expect(board.start('', 'text')).rejects.toMatchObject({ code: 'BAD_TEXT' })
    const nowhere = `b${'a'.repeat(52)}` as typeof id
    await expect(board.reply(nowhere, 'text')).rejects.toMatchObject({ code: 'THREAD_UNKNOWN' })
    await expect(board.edit(nowhere, 'text')).rejects.toMatchObject({ code: 'POST_UNKNOWN' })
    expect(() => board.posts(nowhere)).toThrow(expect.objectContaining({ code: 'THREAD_UNKNOWN' }))
  })

  it('[C-6] is the same after a restart', async () => {
    const { boards: all, people, workspace } = await boards('Ada')
    const { id } = await village.run(all[0]!.start('Food', 'Who cooks?'))
    await village.run(all[0]!.reply(id, 'I do'))
    const before = texts(all[0]!)
    const ada = await move(await village.restart(people[0]!.node))
    expect(texts(ada.workspaces.open(workspace).board)).toEqual(before)
  })
})

it('[C-45] a post whose author’s clock was wrong says so to everybody whose clock is right', async () => {
  const ada = await move(await village.settle('Ada'))
  const ben = await move(await village.settle('Ben', { aheadMs: 30 * 60_000 }))
  const group = await gather(village, [ada, ben])
  const { workspace } = await found(village, [ada, ben], group.id)
  const [of, by] = [ada, ben].map(({ workspaces }) => workspaces.open(workspace).board)
  const { id } = await village.run(of!.start('Dinner', 'Who cooks?'))
  await village.until(() => by!.threads().length === 1)
  await village.run(by!.reply(id, 'Tomorrow'))
  await village.until(() => of!.posts(id).posts.length === 2)
  expect(of!.posts(id).posts.map(({ isTimeOff }) => isTimeOff)).toEqual([false, true])
  expect(by!.posts(id).posts.map(({ isTimeOff }) => isTimeOff)).toEqual([false, false])
})
