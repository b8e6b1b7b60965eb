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

it('[U-1] signs in by the link and takes its secret out of the address first', async () => {
  const context = await browser.newContext({ locale: 'en' })
  await context.addInitScript(`
    window.addresses = []
    const { fetch } = window
    window.fetch = (...call) => {
      addresses.push(location.href)
      return fetch(...call)
    }`)
  const page = await context.newPage()
  const { url } = await node.client.access.createLink()
  await page.goto(url)
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  const addresses = await page.evaluate<string[]>('addresses')
  expect(addresses.length).toBeGreaterThan(0)
  expect(addresses.filter(address => address.includes('#'))).toEqual([])
  await page.reload()
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await context.close()
})

it('[U-2] tells whoever comes without a link how to sign in, and shows nothing else', async () => {
  await using console = await openConsole(browser, node, { link: node.started.api })
  await console.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await console.page.getByText('borgo open', { exact: true }).count()).toBe(1)
  expect(await console.page.getByRole('navigation').count()).toBe(0)
  expect(await console.page.getByText('Ada').count()).toBe(0)
})

it('[U-2] says that a link was used already, but not to whoever is signed in', async () => {
  const { url: link } = await node.client.access.createLink()
  await using first = await openConsole(browser, node, { link })
  await first.page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  await first.page.goto('about:blank')
  await first.page.goto(link)
  await first.page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()

  await using second = await openConsole(browser, node, { link })
  await second.page.getByText('This link does not work any more').waitFor()
})

it('[U-3] goes back to the sign-in page when one signs out or the session is ended elsewhere', async () => {
  await using here = await openConsole(browser, node, { path: '/settings' })
  await using there = await openConsole(browser, node, { path: '/settings' })
  await here.page.getByRole('row', { name: /This browser/ }).waitFor()
  await there.page.getByRole('button', { name: 'Sign out' }).click()
  await there.page.getByRole('heading', { name: 'Sign in' }).waitFor()

  const sessions = await node.client.access.sessions()
  for (const { id } of sessions) await node.client.access.endSession({ params: { id } })
  await here.page.getByRole('link', { name: 'Groups' }).click()
  await here.page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
