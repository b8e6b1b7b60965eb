import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, startNode, temporaryFolder, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  const { id } = await ada.client.groups.create({ body: { name: 'Famiglia' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group: id }, body: {} })
  await bruno.client.groups.join({ body: { link } })
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

it('[U-60] [U-6] [U-7] a name is registered with what it says, is seen to be announced, changed and withdrawn', async () => {
  await using console = await openConsole(browser, ada)
  const { page } = console
  await page.getByRole('navigation').getByRole('link', { name: 'Names' }).click()
  await page.getByText('This device has no name yet').waitFor()
  await page.getByRole('button', { name: 'Register a name' }).click()
  const dialog = page.getByRole('dialog', { name: 'Register a name' })
  await dialog.getByLabel('Name', { exact: true }).fill('scacchi')
  await dialog.getByRole('combobox', { name: 'Who knows it' }).click()
  await page.getByRole('option', { name: 'In a group' }).click()
  await dialog.getByLabel('Comment').fill('una partita?')
  await dialog.getByLabel('Data', { exact: true }).fill('e4')
  await dialog.getByRole('button', { name: 'Register' }).click()

  const row = page.getByRole('list', { name: 'Names of this device' }).getByRole('listitem')
  await row.getByText('told to the group').waitFor()
  await row.getByText('Famiglia').waitFor()
  await row.getByText('e4', { exact: true }).waitFor()
  expect((await ada.client.names.own())[0]).toMatchObject({ label: 'scacchi', scope: 'group', comment: 'una partita?' })

  using folder = temporaryFolder()
  const file = join(folder.path, 'board.bin')
  await writeFile(file, Uint8Array.of(0, 255))
  await row.getByRole('button', { name: 'Change scacchi, In a group' }).click()
  const changing = page.getByRole('dialog', { name: 'Change scacchi' })
  await changing.getByLabel('Comment').fill('due partite?')
  const choosing = page.waitForEvent('filechooser')
  await changing.getByRole('button', { name: 'Take from a file' }).click()
  await (await choosing).setFiles(file)
  await changing.getByPlaceholder('This is no text.').waitFor()
  await changing.getByRole('button', { name: 'Save' }).click()
  await row.getByText('due partite?').waitFor()
  expect((await ada.client.names.own())[0]).toMatchObject({ comment: 'due partite?', data: 'AP8=' })

  await row.getByRole('button', { name: 'Withdraw scacchi, In a group' }).click()
  const asking = page.getByRole('dialog', { name: 'Withdraw scacchi?' })
  await asking.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByText('This device has no name yet').waitFor()
  // Elsewhere registered, it is there without reloading.
  await ada.client.names.register({ body: { label: 'torre', scope: 'link' } })
  await row.getByText('torre', { exact: true }).waitFor()
  await ada.client.names.withdraw({ query: { label: 'torre', scope: 'link' } })
  expect(console.errors).toEqual([])
})

it('[U-61] a name is looked up, what is found comes in and can be gone on with; what helps is said when nothing is', async () => {
  await using console = await openConsole(browser, bruno, { path: `/names?name=${ada.started.account}/posta` })
  const { page } = console
  const search = page.getByRole('search')
  await search.getByRole('button', { name: 'Look up' }).click()
  await page.getByText('Nobody who was asked has this name').waitFor()

  await connect(bruno, ada)
  const data = Buffer.from('sempre aperta').toString('base64')
  await ada.client.names.register({ body: { label: 'buca', scope: 'link', comment: 'in piazza', data } })
  await search.getByLabel('Name to look up').fill('buca')
  await search.getByRole('combobox', { name: 'Whose' }).click()
  await page.getByRole('option', { name: 'Ada' }).click()
  await search.getByRole('switch', { name: 'The nearest first' }).click()
  await search.getByLabel('Name to look up').press('Enter')
  await page.getByText('1 found; everybody was asked').waitFor()
  const found = page.getByRole('list', { name: 'What was found' }).getByRole('listitem')
  await found.getByText('sempre aperta').waitFor()
  await found.getByText('of Ada').waitFor()
  await found.getByText(/ms away/).waitFor()
  await found.getByText('connected', { exact: true }).waitFor()
  await found.getByRole('button', { name: 'Details' }).click()
  await found.getByText(ada.started.addresses[0]!).waitFor()
  await found.getByRole('link', { name: 'Open the person' }).click()
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  expect(console.errors).toEqual([])
})

it('[U-61] a search that goes on can be stopped; one that cannot be says why', async () => {
  await using console = await openConsole(browser, bruno, { path: `/names?name=${ada.started.account}/buca` })
  const { page } = console
  const search = page.getByRole('search')
  // Longer under way than anybody wants to wait.
  const asked = Promise.withResolvers<void>()
  await page.route('**/names/found?*', () => asked.resolve())
  await search.getByRole('button', { name: 'Look up' }).click()
  await asked.promise
  await page.getByText('Looking …').waitFor()
  await search.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped', { exact: true }).waitFor()
  await page.unroute('**/names/found?*')
  await search.getByRole('button', { name: 'Look up' }).click()
  await page.getByText('1 found; everybody was asked').waitFor()
  await search.getByLabel('Name to look up').fill('nobody/buca')
  await search.getByRole('button', { name: 'Look up' }).click()
  await page.getByRole('alert').getByText('That cannot be a name').waitFor()
})
