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

it('[U-9] speaks the language of the browser', async () => {
  await using console = await openConsole(browser, node, { locale: 'it-IT', path: '/groups?do=join' })
  const { page } = console
  await page.getByRole('heading', { name: 'Gruppi', level: 1 }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('it')
  await page.getByLabel('Collegamento d’invito').fill('borgo:join/niente')
  await page.getByRole('button', { name: 'Entra', exact: true }).click()
  await page.getByText('Questo invito non è valido').waitFor()
  expect(await page.title()).toBe('Gruppi · Borgo')
})

it('[U-9] changes the language at once and remembers it', async () => {
  await using console = await openConsole(browser, node, { path: '/settings' })
  const { page } = console
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'Italiano' }).click()
  await page.getByRole('heading', { name: 'Impostazioni', level: 1 }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Impostazioni', level: 1 }).waitFor()
  await page.getByText(/^Versione|^Borgo \d/).waitFor()
  expect(console.errors).toEqual([])
})
