import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish, type Ids } from './pages.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode
let ids: Ids

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  ids = await furnish(ada, bruno)
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

it('[U-103] what is typed into the palette is searched for in everything, and what is found leads to where it is', async () => {
  await using console = await openConsole(browser, ada)
  const { page } = console
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /An area/ }).fill('cucina')
  await page.getByRole('option', { name: 'Search for “cucina” in everything' }).waitFor()
  await page.keyboard.press('Enter')
  const found = page.getByRole('list', { name: 'Found' })
  await found.getByRole('link', { name: /Chi cucina/ }).click()
  await page.waitForURL(`**/workspace/${ids.workspace}/threads/${ids.thread}`)

  await page.goBack()
  const words = page.getByRole('searchbox', { name: 'Words' })
  await words.fill('Ciao Bruno')
  await found.getByRole('link', { name: /Ciao Bruno/ }).click()
  await page.waitForURL(`**/chat/${ids.group}?message=*`)
  await page.goBack()
  await words.fill('ricetta')
  await found.getByRole('link', { name: /ricetta.txt/ }).waitFor()
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Messages' }).click()
  await page.getByText('Nothing with all of these words is on this node.').waitFor()
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Files and folders, by name' }).click()
  await found.getByRole('link', { name: /ricetta.txt/ }).click()
  await page.waitForURL(`**/content/${ids.group}/${ids.content}`)
  expect(console.errors).toEqual([])
})
