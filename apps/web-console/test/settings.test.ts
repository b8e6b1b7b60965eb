import { createClient } from '@borgo/api'
import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let node: TestNode

beforeAll(async () => {
  ;[browser, node] = await Promise.all([launch(), startNode({ name: 'Ada' })])
})
afterAll(async () => {
  await browser?.close()
  await node?.[Symbol.asyncDispose]()
})

it('[U-110] makes a token for monitoring, and says what it can see', async () => {
  await using console = await openConsole(browser, node, { path: '/settings' })
  const { page } = console
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: 'Name' }).fill('prometheus')
  await form.getByText('Everything that you can read').waitFor()
  await form.getByRole('combobox', { name: 'May' }).click()
  await page.getByRole('option', { name: 'see how the node is' }).click()
  await form.getByText('figures, and nothing of you').waitFor()
  await form.getByRole('button', { name: 'Make the token' }).click()
  const token = (await form.locator('code').textContent()) ?? ''
  const monitor = createClient({ baseUrl: node.started.api.replace(/\/$/, ''), token })
  expect((await monitor.status.figures()).health.status).toBe('ok')
  await expect(monitor.groups.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  for (const { id } of await node.client.access.tokens()) await node.client.access.revokeToken({ params: { id } })
})

it('[U-16] makes a token, shows it once, and revokes it', async () => {
  await using console = await openConsole(browser, node, { path: '/settings' })
  const { page } = console
  await page.getByText('No tokens.').waitFor()
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('backup')
  await page.getByRole('button', { name: 'Make the token' }).click()
  const token = await page.getByRole('dialog').locator('code').textContent()
  const script = createClient({ baseUrl: node.started.api.replace(/\/$/, ''), token: token ?? '' })
  expect((await script.status.get()).identity.name).toBe('Ada')
  await expect(script.groups.create({ body: { name: 'No' } })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await page.getByRole('dialog').getByText('Close').click()
  expect(await page.content()).not.toContain(token)

  await page
    .getByRole('row', { name: /backup/ })
    .getByRole('button', { name: 'Revoke' })
    .click()
  await page.getByRole('dialog', { name: 'Revoke “backup”?' }).getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No tokens.').waitFor()
  await expect(script.status.get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(console.errors).toEqual([])
})

it('[U-16] signs in another browser and ends its session', async () => {
  await using here = await openConsole(browser, node, { path: '/settings' })
  await here.page.getByRole('button', { name: 'Link for another browser' }).click()
  const link = await here.page.getByRole('dialog').locator('code').getAttribute('title')
  await here.page.keyboard.press('Escape')
  const others = here.page.getByRole('row', { name: /Another browser/ })
  const before = (await node.client.access.sessions()).length
  await using there = await openConsole(browser, node, { link: link! })
  await there.page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()

  await here.page.reload()
  await others.nth(before - 1).waitFor()
  await others
    .nth(before - 1)
    .getByRole('button', { name: 'End' })
    .click()
  await here.page.getByRole('dialog', { name: 'End this session?' }).getByRole('button', { name: 'End' }).click()
  await others.nth(before - 1).waitFor({ state: 'detached' })
  await there.page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click()
  await there.page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

it('[U-16] lists every setting with where it comes from', async () => {
  await using console = await openConsole(browser, node, { path: '/settings' })
  const table = console.page.getByRole('table', { name: 'Settings of the node' })
  await table.waitFor()
  for (const { key, origin } of await node.client.config.list()) {
    const row = table.getByRole('row').filter({ has: console.page.getByText(key, { exact: true }) })
    await row.getByText(origin, { exact: true }).waitFor()
  }
})

it('[U-16] changes the name that others see', async () => {
  await using console = await openConsole(browser, node, { path: '/settings' })
  const { page } = console
  const name = page.getByRole('textbox', { name: 'Display name' })
  const save = page.getByRole('button', { name: 'Save the name' })
  await name.fill('  ')
  expect(await save.isDisabled()).toBe(true)
  await name.fill('Ada L.')
  await save.click()
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('heading', { name: 'Ada L.', level: 1 }).waitFor()
  expect((await node.client.status.get()).identity.name).toBe('Ada L.')
  expect(console.errors).toEqual([])
})
