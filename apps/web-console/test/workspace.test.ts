import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish } from './pages.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode
let group: string

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  group = (await furnish(ada, bruno)).group
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

/** A workspace of Ada's with a document; resolves when Bruno has it. */
async function found(name: string): Promise<{ workspace: string; document: string; path: string }> {
  const { id: workspace } = await ada.client.workspaces.create({ body: { group, name } })
  const params = { workspace }
  const { id: document } = await ada.client.workspaces.createDocument({ params, body: { title: 'Piano' } })
  return { workspace, document, path: `/workspace/${workspace}/documents/${document}` }
}

const editorOf = (page: Page) => page.getByRole('textbox', { name: 'Text of Piano' })
const saved = (page: Page) => page.getByText('Saved on this node').waitFor()

it('[U-20] [U-6] a workspace is founded, and its board carries posts, changes and removals', async () => {
  await using one = await openConsole(browser, ada, { path: '/workspace' })
  await using other = await openConsole(browser, bruno, { path: '/workspace' })
  await other.page.getByRole('link', { name: /Sagra/ }).waitFor()
  await one.page.getByRole('button', { name: 'New workspace' }).click()
  await one.page.getByRole('textbox', { name: 'Name' }).fill('Vendemmia')
  await one.page.getByRole('button', { name: 'Create' }).click()
  await one.page.getByRole('heading', { name: 'Vendemmia', level: 1 }).waitFor()
  await one.page.getByText('Nothing has been posted yet').waitFor()
  await one.page.getByRole('button', { name: 'New thread' }).click()
  await one.page.getByRole('textbox', { name: 'Title' }).fill('Cucina')
  await one.page.getByRole('textbox', { name: 'First post' }).fill('Chi cuocina?')
  await one.page.getByRole('button', { name: 'Post', exact: true }).click()
  const posts = one.page.getByRole('list', { name: 'Posts in Cucina' })
  await posts.getByText('Chi cuocina?').waitFor()

  await other.page.getByRole('link', { name: /Vendemmia/ }).click()
  await other.page.getByRole('link', { name: /Cucina.*Ada.*1 post/ }).click()
  await other.page.getByRole('textbox', { name: 'Your answer' }).fill('Io')
  await other.page.getByRole('button', { name: 'Answer', exact: true }).click()
  await posts.getByText('Io', { exact: true }).waitFor()

  await posts.getByRole('button', { name: 'Change' }).click()
  await posts.getByRole('textbox', { name: 'Text of the post' }).fill('Chi cucina?')
  await posts.getByRole('button', { name: 'Save' }).click()
  const theirs = other.page.getByRole('list', { name: 'Posts in Cucina' })
  await theirs.getByText('Chi cucina?').waitFor()
  await theirs.getByText('edited').waitFor()
  expect(await theirs.getByRole('button', { name: 'Take back' }).count()).toBe(1)
  await theirs.getByRole('button', { name: 'Take back' }).click()
  await other.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await posts.getByText('Taken back by its author.').waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-21] a document is written in by several people and tabs at once, with names at their cursors', async () => {
  const { path } = await found('Insieme')
  await using one = await openConsole(browser, ada, { path })
  await using second = await openConsole(browser, ada, { path })
  await using other = await openConsole(browser, bruno, { path })
  await editorOf(one.page).fill('Prima riga\nSeconda riga\n')
  await editorOf(other.page).getByText('Seconda riga').waitFor()
  await editorOf(second.page).getByText('Seconda riga').waitFor()
  await editorOf(other.page).click()
  await other.page.keyboard.press('Control+End')
  await editorOf(second.page).click()
  await second.page.keyboard.press('Control+Home')
  await Promise.all([
    other.page.keyboard.type('Di Bruno.', { delay: 20 }),
    second.page.keyboard.type('Di Ada. ', { delay: 20 })
  ])
  const text = 'Di Ada. Prima rigaSeconda rigaDi Bruno.'
  for (const { page } of [one, second, other]) {
    await page.locator('.cm-content', { hasText: 'Di Bruno.' }).waitFor()
    await saved(page)
  }
  await one.page.locator('.cm-ySelectionInfo', { hasText: 'Bruno' }).waitFor()
  await one.page.getByRole('list', { name: 'Here now' }).getByText('Bruno').waitFor()
  const shown = await Promise.all(
    [one, second, other].map(({ page }) =>
      page.evaluate<string>("[...document.querySelectorAll('.cm-line')].map(line => line.textContent).join('')")
    )
  )
  for (const lines of shown) expect(lines.replace(/\u2060|Ada|Bruno/g, '')).toBe(text.replace(/Ada|Bruno/g, ''))
  await other.page.close()
  await one.page.getByRole('list', { name: 'Here now' }).getByText('Bruno').waitFor({ state: 'detached' })
  expect([...one.errors, ...second.errors]).toEqual([])
})

it('[U-22] what is typed while the node is away is kept in the page and saved when it is back', async () => {
  await using carla = await startNode({ name: 'Carla' })
  const { id: group } = await carla.client.groups.create({ body: { name: 'Sola' } })
  const { id: workspace } = await carla.client.workspaces.create({ body: { group, name: 'Diario' } })
  const params = { workspace }
  const { id: document } = await carla.client.workspaces.createDocument({ params, body: { title: 'Piano' } })
  const port = new URL(carla.started.api).port
  await using console = await openConsole(browser, carla, { path: `/workspace/${workspace}/documents/${document}` })
  const { page } = console
  await editorOf(page).pressSequentially('prima ')
  await saved(page)
  await carla.kill()
  await page.getByText('The node does not answer. You can go on writing').waitFor()
  await editorOf(page).pressSequentially('durante ')
  await using again = await startNode({ folder: carla.folder, args: ['--api-port', port] })
  await saved(page)
  const { text } = await again.client.workspaces.readDocument({ params: { workspace, document } })
  expect(text).toBe('prima durante ')
})

it('[U-22] says who may only read, and that nobody is there', async () => {
  const { id } = await ada.client.groups.create({ body: { name: 'Bacheca' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group: id }, body: { role: 'reader' } })
  const { id: workspace } = await ada.client.workspaces.create({ body: { group: id, name: 'Avvisi' } })
  const made = { params: { workspace }, body: { title: 'Piano' } }
  const { id: document } = await ada.client.workspaces.createDocument(made)
  await using carla = await startNode({ name: 'Carla' })
  await carla.client.groups.join({ body: { link } })
  const path = `/workspace/${workspace}/documents/${document}`
  await using reader = await openConsole(browser, carla, { path })
  await reader.page.getByText('You may read here').waitFor()
  await saved(reader.page)
  expect(await editorOf(reader.page).getAttribute('contenteditable')).toBe('false')
  await using console = await openConsole(browser, ada, { path })
  await editorOf(console.page).pressSequentially('Avviso')
  await reader.page.getByText('Avviso').waitFor()
  await carla.stop()
  await console.page.getByText('Nobody else is online.').waitFor()
})
