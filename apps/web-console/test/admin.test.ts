import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIdentity } from '@borgo/core/testing'
import { connect, startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish, type Ids } from './pages.ts'

/** What a node is started with whose clock is ahead by half an hour. */
const AHEAD = '--import=data:text/javascript,const{now}=Date;Date.now=()=>now()+1800000'

let browser: Browser
let ada: TestNode
let bruno: TestNode
let ids: Ids
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-admin-'))
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  ids = await furnish(ada, bruno)
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
  rmSync(folder, { recursive: true })
})

it('[U-80] [U-81] [U-7] limits are set, changed and removed, and say what is used, when they hold, and what cannot be', async () => {
  await using console = await openConsole(browser, ada, { path: '/admin' })
  const { page } = console
  await page.getByText('No limit is set').waitFor()
  await page.getByRole('button', { name: 'Set a limit' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('combobox', { name: 'For' }).click()
  await page.getByRole('option', { name: 'A group' }).click()
  await form.getByRole('combobox', { name: 'Which' }).click()
  await page.getByRole('option', { name: 'Famiglia' }).click()
  await form.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Storage' }).click()
  await form.getByRole('combobox', { name: 'Unit' }).click()
  await page.getByRole('option', { name: 'MB', exact: true }).click()
  await form.getByRole('textbox', { name: 'At most' }).fill('1')
  await form.getByRole('button', { name: 'Set the limit' }).click()
  await form.getByRole('alert').getByText('Such a budget cannot be').waitFor()
  await form.getByRole('textbox', { name: 'At most' }).fill('50')
  await form.getByRole('button', { name: 'Set the limit' }).click()
  const list = page.getByRole('list', { name: 'Limits that are set' })
  const stored = list.getByRole('listitem').filter({ hasText: 'Group Famiglia · storage' })
  await stored.getByText(/[1-9][\d.]* kB of 50 MB · always/).waitFor()
  expect(await ada.client.budgets.list()).toMatchObject([{ of: 'group', id: ids.group, amount: 50_000_000 }])

  await page.getByRole('button', { name: 'Set a limit' }).click()
  await form.getByRole('switch', { name: 'Only at certain times of the week' }).check()
  await form.getByRole('combobox', { name: 'To day' }).click()
  await page.getByRole('option', { name: 'Friday' }).click()
  await form.getByLabel('From', { exact: true }).fill('08:00')
  await form.getByLabel('Until').fill('18:30')
  await form.getByRole('button', { name: 'Set the limit' }).click()
  await list.getByText(/of 1 MB\/s · Mon–Fri 08:00–18:30/).waitFor()
  expect((await ada.client.budgets.list())[1]).toMatchObject({
    of: 'node',
    resource: 'up',
    when: 'mon-fri 08:00-18:30'
  })

  await stored.getByRole('button', { name: /^Change/ }).click()
  await form.getByRole('textbox', { name: 'At most' }).fill('60')
  await form.getByRole('button', { name: 'Save' }).click()
  await stored.getByText(/of 60 MB/).waitFor()
  // What another administrator does is seen, too.
  await ada.client.budgets.clear({ body: { of: 'node', resource: 'up', when: 'mon-fri 08:00-18:30' } })
  await list.getByText(/of 1 MB\/s/).waitFor({ state: 'detached' })
  await stored.getByRole('button', { name: /^Remove/ }).click()
  await page.getByText('No limit is set').waitFor()
  // The one that was refused.
  expect(console.errors).toEqual([expect.stringContaining('400')])
})

it('[U-109] a part is stopped after a question, says so, and is started again', async () => {
  await using console = await openConsole(browser, ada, { path: '/admin/parts' })
  const { page } = console
  const row = page.getByRole('table', { name: 'Parts' }).getByRole('row', { name: /collab/ })
  await row.getByText('running').waitFor()
  await row.getByRole('button', { name: 'Stop collab' }).click()
  const question = page.getByRole('dialog')
  await question.getByText('what it keeps stays').waitFor()
  await question.getByRole('button', { name: 'Stop' }).click()
  await row.getByText('stopped').waitFor()
  await question.waitFor({ state: 'detached' })
  await expect(ada.client.workspaces.list()).rejects.toMatchObject({ code: 'PLUGIN_STOPPED' })
  await row.getByRole('button', { name: 'Start collab' }).click()
  await row.getByText('running').waitFor()
  // What another administrator does is seen, too.
  await ada.client.plugins.stop({ params: { name: 'collab' } })
  await row.getByText('stopped').waitFor()
  await ada.client.plugins.start({ params: { name: 'collab' } })
  await row.getByText('running').waitFor()
  expect(console.errors).toEqual([])
})

it('[U-82] a connection says all that is known of it; a device is disconnected, kept out and let in again', async () => {
  await using carla = await startNode({ name: 'Carla' })
  await using console = await openConsole(browser, ada)
  const { page } = console
  await connect(carla, ada)
  const row = page.getByRole('table', { name: 'Neighbours' }).getByRole('row', { name: /Carla/ })
  const manage = row.getByRole('button', { name: 'Manage Carla' })
  await manage.click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  const details = page.getByRole('dialog', { name: 'Connections to Carla' })
  for (const text of ['they called, direct', 'tcp · tls', 'none so far', carla.started.device])
    await details.getByText(text, { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await manage.and(page.locator(':focus')).waitFor()

  await manage.click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  await row.waitFor({ state: 'detached' })
  await connect(carla, ada)
  await manage.click()
  await page.getByRole('menuitem', { name: 'Keep out for a while' }).click()
  await page.getByRole('radio', { name: '1 day' }).check()
  await page.getByRole('button', { name: 'Keep out', exact: true }).click()
  await row.waitFor({ state: 'detached' })
  const denied = page.getByRole('region', { name: 'Kept out now' })
  await denied.getByRole('cell', { name: 'decided here' }).waitFor()
  const { denials } = await ada.client.peers.denied()
  expect(denials).toMatchObject([{ device: carla.started.device, why: 'asked' }])
  await denied.getByRole('button', { name: 'Let in now' }).click()
  await denied.waitFor({ state: 'detached' })
  await connect(carla, ada)
  await row.waitFor()
  expect(console.errors).toEqual([])
})

it('[U-82] who is kept out is shown in pages', async () => {
  const devices = Array.from({ length: 25 }, (_, at) => memoryIdentity(`stranger ${at}`).device)
  for (const device of devices) await ada.client.peers.deny({ body: { device, ms: 600_000 } })
  await using console = await openConsole(browser, ada)
  const denied = console.page.getByRole('region', { name: 'Kept out now' })
  await denied.getByRole('row').nth(20).waitFor()
  expect(await denied.getByRole('row').count()).toBe(21)
  await denied.getByRole('button', { name: 'Show more' }).click()
  await denied.getByRole('row').nth(25).waitFor()
  await denied.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  for (const device of devices) await ada.client.peers.admit({ body: { device } })
  await denied.waitFor({ state: 'detached' })
  expect(console.errors).toEqual([])
})

it('[U-83] what is stored is checked and copied, with the result', async () => {
  await using console = await openConsole(browser, ada, { path: '/admin/storage' })
  const { page } = console
  await page.getByRole('row', { name: /Famiglia.* kB/ }).waitFor()
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByText(/^\d+ entries, all whole\./).waitFor()
  const copy = join(folder, 'copy')
  await page.getByRole('textbox', { name: 'Folder' }).fill(copy)
  await page.getByRole('button', { name: 'Make a backup' }).click()
  await page.getByText('The backup is made').waitFor()
  await page.getByText(`borgo restore ${copy}`).waitFor()
  await page.getByRole('button', { name: 'Make a backup' }).click()
  await page.getByRole('alert').getByText('There is something in that folder').waitFor()
})

it('[U-86] the files of a part are limited, shown as they change, and given up to get room', async () => {
  const params = { group: ids.group }
  const budget = { of: 'plugin', id: 'distribution', resource: 'storage' } as const
  await ada.client.budgets.set({ body: { ...budget, amount: 4_000_000 } })
  await using console = await openConsole(browser, ada, { path: '/admin/storage' })
  const { page } = console
  const row = page.getByRole('table', { name: 'What parts take' }).getByRole('row', { name: /distribution.*4 MB/ })
  await row.waitFor()
  const upload = (name: string) =>
    ada.client.content.upload({ params, query: { name }, body: new Uint8Array(3_000_000).fill(name.length) })
  await upload('foto.bin')
  await row.getByText('3 MB').waitFor()
  await expect(upload('altra foto.bin')).rejects.toMatchObject({ code: 'STORAGE_LIMIT' })
  await page.getByRole('link', { name: 'Limits', exact: true }).click()
  await page.getByText(/3 MB of 4 MB/).waitFor()
  await page.getByRole('button', { name: 'Set a limit' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('combobox', { name: 'For' }).click()
  await page.getByRole('option', { name: 'A part of it' }).click()
  await form.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Storage' }).click()
  await form.getByRole('combobox', { name: 'Which' }).click()
  await page.getByRole('option', { name: 'collab' }).waitFor()
  expect(await page.getByRole('option', { name: 'core' }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  const { cid } = (await ada.client.content.list({ params })).find(({ name }) => name === 'foto.bin') ?? {}
  await page.goto(new URL(`/content/${ids.group}/${cid}`, page.url()).href)
  await page.getByRole('button', { name: 'Delete the copy here' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the copy here' }).click()
  await page.getByText('Not on this node').waitFor()
  await upload('altra foto.bin')
  await ada.client.budgets.clear({ body: budget })
  expect(console.errors).toEqual([])
})

it('[U-84] a group says what it takes and by whom, leaves contents with others, fetches them, and is exported', async () => {
  await using console = await openConsole(browser, bruno, { path: `/groups/${ids.group}` })
  const { page } = console
  const stored = page.getByRole('region', { name: 'On this node' })
  await stored.getByRole('row', { name: /Ada.* kB.*1.07 GB/ }).waitFor()
  await stored.getByText('All contents are fetched.').waitFor()
  await stored.getByRole('button', { name: 'What to fetch' }).click()
  await page.getByRole('combobox', { name: 'Only these kinds of entries' }).fill('test/none')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await stored.getByText('Only these kinds are fetched: test/none.').waitFor()

  const params = { group: ids.group }
  await ada.client.chat.send({ params, body: { text: 'rimane da Ada' } })
  await expect.poll(async () => (await bruno.client.groups.storage({ params })).leftOut, { timeout: 60_000 }).toBe(1)
  await page.reload()
  await stored.getByText('1 content is with other members only.').waitFor()
  await stored.getByRole('button', { name: 'Fetch the latest 50' }).click()
  await page.getByText('1 content came').waitFor()
  await stored.getByText('1 content is with other members only.').waitFor({ state: 'detached' })

  const download = page.waitForEvent('download')
  await stored.getByRole('link', { name: 'Export' }).click()
  const file = join(folder, 'famiglia.jsonl')
  await (await download).saveAs(file)
  expect((await download).suggestedFilename()).toBe('Famiglia.jsonl')
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'end' })
  expect(readFileSync(file, 'utf8')).toContain('rimane da Ada')
  expect(console.errors).toEqual([])
})

it('[U-85] a member whose clock is wrong is named, and so are times that say nothing', async () => {
  await using dora = await startNode({ name: 'Dora', env: { NODE_OPTIONS: AHEAD } })
  const { link = '' } = await ada.client.groups.invite({ params: { group: ids.group }, body: {} })
  await dora.client.groups.join({ body: { link } })
  await dora.client.chat.send({ params: { group: ids.group }, body: { text: 'domani' } })
  const thread = { workspace: ids.workspace, thread: ids.thread }
  const listed = async (): Promise<string[]> =>
    (await dora.client.workspaces.threads({ params: thread })).map(({ id }) => id)
  await expect.poll(listed, { timeout: 60_000 }).toContain(ids.thread)
  await dora.client.workspaces.reply({ params: thread, body: { text: 'dopodomani' } })
  await using console = await openConsole(browser, ada, { path: `/groups/${ids.group}` })
  const { page } = console
  await page
    .getByRole('row', { name: /Dora/ })
    .getByText(/Clock ahead of this one by (30|29) minutes/)
    .waitFor()
  await page.goto(`${new URL(page.url()).origin}/chat/${ids.group}`)
  const message = page.getByRole('listitem').filter({ hasText: 'domani' })
  await message.getByText('This time says nothing').waitFor({ state: 'attached' })
  await page.goto(`${new URL(page.url()).origin}/workspace/${ids.workspace}/threads/${ids.thread}`)
  const post = page.getByRole('listitem').filter({ hasText: 'dopodomani' })
  await post.getByText('This time says nothing').waitFor({ state: 'attached' })
})
