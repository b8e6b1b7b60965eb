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

const CODE = /assets\/groups-page.*\.js/
const GONE = { status: 404, body: '' }

it('[U-19] opens the wanted page anew when its code is gone with an older console', async () => {
  await using console = await openConsole(browser, node)
  const { page } = console
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await page.evaluate('window.isOld = true')
  let isBuiltAgain = false
  await page.route(CODE, route => (isBuiltAgain ? route.continue() : route.fulfill(GONE)))
  const start = ({ pathname }: URL): boolean => pathname === '/'
  await page.route(start, route => {
    isBuiltAgain = true
    return route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-newer.js">' })
  })
  await page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click()
  await page.getByText('No group yet').waitFor()
  expect(await page.evaluate('window.isOld')).toBe(undefined)
})

it('[U-19] [U-8] says that a page broke when the same console is still there', async () => {
  await using console = await openConsole(browser, node)
  const { page } = console
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await page.route(CODE, route => route.fulfill(GONE))
  await page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click()
  await page.getByRole('heading', { name: 'This page broke' }).waitFor()
  await page.unroute(CODE)
  await page.getByRole('button', { name: 'Load again' }).click()
  await page.getByText('No group yet').waitFor()
})
