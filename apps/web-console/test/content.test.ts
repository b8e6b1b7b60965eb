import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish } from './pages.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode
let group: string
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-test-'))
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  group = (await furnish(ada, bruno)).group
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
  rmSync(folder, { recursive: true, force: true })
})

const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))

/** Drops a file as a file manager does. */
async function drop(page: Page, name: string): Promise<void> {
  const data = await page.evaluateHandle(`(() => {
    const content = Uint8Array.from({ length: ${bytes.length} }, (_, index) => index % 251)
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], ${JSON.stringify(name)}, { type: 'video/mp4' }))
    return transfer
  })()`)
  const area = page.getByText('Drop files here, or choose them')
  for (const event of ['dragenter', 'dragover', 'drop']) await area.dispatchEvent(event, { dataTransfer: data })
}

it('[U-40] [U-41] [U-42] a dropped file is fetched and saved by another person', async () => {
  await using one = await openConsole(browser, ada, { path: '/content' })
  await using other = await openConsole(browser, bruno, { path: '/content' })
  await drop(one.page, 'film.mp4')
  const published = one.page.getByRole('listitem').filter({ hasText: 'film.mp4' }).filter({ hasText: 'by Ada' })
  await published.getByText('Here').waitFor()

  await other.page.getByRole('button', { name: 'Fetch film.mp4' }).click()
  const transfers = other.page.getByRole('region', { name: 'Transfers' })
  await transfers.getByText('100%').waitFor()
  const saving = other.page.waitForEvent('download')
  await other.page.getByRole('link', { name: 'Save film.mp4' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('film.mp4')
  await saved.saveAs(join(folder, 'saved.mp4'))
  expect(readFileSync(join(folder, 'saved.mp4')).equals(bytes)).toBe(true)

  await one.page.getByRole('link', { name: 'film.mp4', exact: true }).click()
  const holders = one.page.getByRole('region', { name: 'Who has it' })
  await holders.getByText('Ada · you').waitFor()
  await holders.getByText('Bruno').waitFor()
  expect(await holders.getByText('100%').count()).toBe(2)
  await one.page.getByRole('button', { name: 'Take back' }).click()
  await one.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await one.page.getByRole('heading', { name: 'Content', level: 1 }).waitFor()
  await other.page.getByRole('link', { name: 'film.mp4', exact: true }).waitFor({ state: 'detached' })
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-40] [U-8] a folder is published by its path; a wrong path is explained', async () => {
  mkdirSync(join(folder, 'foto', 'estate'), { recursive: true })
  writeFileSync(join(folder, 'foto', 'estate', 'mare.jpg'), bytes)
  await using one = await openConsole(browser, ada, { path: `/content?group=${group}` })
  const { page } = one
  await page.getByRole('button', { name: 'Publish from this node’s machine' }).click()
  await page.getByRole('textbox', { name: 'Path' }).fill(join(folder, 'nowhere'))
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('There is no such file or folder').waitFor()
  await page.getByRole('textbox', { name: 'Path' }).fill(join(folder, 'foto'))
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'foto' }).click()
  await page.getByRole('link', { name: 'estate/mare.jpg' }).waitFor()
})

it('[U-41] a transfer that waits says for what, and can be paused, resumed and cancelled', async () => {
  const path = join(folder, 'lontano.bin')
  writeFileSync(path, bytes.subarray(1))
  await ada.client.content.publish({ params: { group }, body: { path } })
  await using other = await openConsole(browser, bruno, { path: `/content?group=${group}` })
  const { page } = other
  const fetch = page.getByRole('button', { name: 'Fetch lontano.bin' })
  await fetch.waitFor()
  writeFileSync(path, 'changed')
  await fetch.click()
  const transfers = page.getByRole('region', { name: 'Transfers' })
  await transfers.getByText('waits for somebody who has it').waitFor()
  await page.getByRole('button', { name: 'Pause lontano.bin' }).click()
  await transfers.getByText('Paused').waitFor()
  await page.getByRole('button', { name: 'Go on with lontano.bin' }).click()
  await page.getByRole('button', { name: 'Pause lontano.bin' }).waitFor()
  await page.getByRole('button', { name: 'Cancel lontano.bin' }).click()
  await transfers.getByText('lontano.bin').waitFor({ state: 'detached' })
  await fetch.waitFor()
})

it('[U-7] a group that shares nothing says what to do', async () => {
  const { id } = await ada.client.groups.create({ body: { name: 'Vuoto' } })
  await using one = await openConsole(browser, ada, { path: `/content?group=${id}` })
  await one.page.getByRole('heading', { name: 'Nothing is shared here yet' }).waitFor()
})
