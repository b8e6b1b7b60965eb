import type { NearMe } from '@borgo/api'
import { connect, startNode, until, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole, type Console } from './browser.ts'
import { befriend } from './pages.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode
let one: Console
let other: Console

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  await befriend(ada, bruno)
  ;[one, other] = await Promise.all([
    openConsole(browser, ada, { path: '/settings' }),
    openConsole(browser, bruno, { path: '/people' })
  ])
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

it('[U-56] [U-6] one says how one is, and to whom; a contact sees it, and since when one is gone', async () => {
  const { page } = one
  const me = page.getByRole('button', { name: 'Ada' })
  const say = async (change: () => Promise<void>): Promise<void> => {
    await me.click()
    await change()
    await page.getByRole('button', { name: 'Say so' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const seen = other.page.getByRole('list', { name: 'Contacts' }).getByRole('listitem').filter({ hasText: 'Ada' })
  await seen.getByText('online').waitFor()
  await say(async () => {
    await page.getByRole('radio', { name: 'out to lunch' }).check()
    await page.getByRole('textbox', { name: 'In your words' }).fill('torno alle due')
  })
  await me.getByText('out to lunch · torno alle due').waitFor()
  await seen.getByText('out to lunch · torno alle due').waitFor()

  // What was said of one state does not hold for the next.
  await say(() => page.getByRole('radio', { name: 'busy' }).check())
  await seen.getByText('busy', { exact: true }).waitFor()
  await say(async () => {
    await page.getByRole('combobox', { name: 'Who may see it' }).click()
    await page.getByRole('option', { name: 'verified contacts' }).click()
  })
  await seen.getByText(/^offline · seen now/).waitFor()
  expect(await ada.client.presence.setting()).toEqual({ state: 'busy', text: '', audience: 'verified' })
  await ada.client.presence.set({ body: { state: 'online', audience: 'contacts' } })
  await seen.getByText('online').waitFor()
  await me.getByText('online').waitFor()
})

it('[U-56] who touches nothing for ten minutes is idle, until they do', async () => {
  const { page } = one
  const { account } = ada.started
  const is = (state: string) =>
    until(bruno, ['presence'], async () => {
      const presence = await bruno.client.presence.get({ params: { account } })
      return presence.state === state || undefined
    })
  await page.clock.install()
  await page.reload()
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  await is('online')
  await page.clock.runFor('11:00')
  await is('idle')
  await page.mouse.move(200, 200)
  await is('online')
})

it('[U-57] [U-7] shows oneself to people near with interests, and asks them', async () => {
  const { page } = other
  await page.getByRole('link', { name: 'Near me' }).click()
  await page.getByText('nobody near sees you').waitFor()
  await page.getByRole('switch', { name: 'Show me to people near' }).click()
  // The nodes of tests do not look around, and a real one must say so.
  await page.getByText('Nobody can be found').waitFor()
  await page.getByRole('combobox', { name: 'Your interests' }).fill('scacchi')
  await page.keyboard.press('Enter')
  await until(bruno, ['near'], async () => (await bruno.client.near.get()).interests.includes('scacchi') || undefined)
  await bruno.client.near.set({ body: { interests: ['scacchi', 'pane'] } })
  await page.getByText('pane', { exact: true }).waitFor()

  // Nodes see each other by multicast alone, which tests do without: only who is near is made up.
  await using carla = await startNode({ name: 'Carla' })
  await connect(carla, bruno)
  const { account, device } = carla.started
  const people = [{ account, name: 'Carla', interests: ['biciclette'], devices: [device] }]
  await page.route('**/api/v1/near', async route => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...((await response.json()) as NearMe), people } })
  })
  await bruno.client.near.set({ body: { interests: ['scacchi'] } })
  const near = page.getByRole('list', { name: 'Near me' }).getByRole('listitem')
  await near.getByText('biciclette').waitFor()
  await near.getByRole('button', { name: 'Ask Carla to be a contact' }).click()
  await near.getByText('has not answered your request yet').waitFor()
  await until(carla, ['contacts'], async () => (await carla.client.contacts.list())[0])
  expect([...one.errors, ...other.errors]).toEqual([])
})
