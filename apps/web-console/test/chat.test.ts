import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
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

it('[U-15] [U-6] carries a conversation with typing, receipts and unread counts', async () => {
  await using one = await openConsole(browser, ada, { path: `/chat/${group}` })
  await using other = await openConsole(browser, bruno)
  await one.page.getByRole('log').getByText('Ciao Ada').waitFor()
  await one.page.getByRole('textbox', { name: 'Message to Famiglia' }).fill('Prima riga')
  await one.page.keyboard.press('Shift+Enter')
  await one.page.keyboard.type('seconda riga')
  await one.page.keyboard.press('Enter')
  const ownLog = one.page.getByRole('log')
  const mine = ownLog.getByRole('listitem').filter({ hasText: 'seconda riga' })
  await mine.waitFor()
  expect(await one.page.getByRole('textbox').inputValue()).toBe('')

  await other.page.getByRole('link', { name: /Chat.*new/ }).click()
  await other.page.getByRole('link', { name: /Famiglia.*unread/ }).click()
  const log = other.page.getByRole('log', { name: 'Messages with Famiglia' })
  await log.getByText(/Prima riga\s*seconda riga/).waitFor()
  await log.getByText('Today').waitFor()
  await mine.getByText('Read by 1 person').waitFor()
  await other.page.getByRole('link', { name: /unread/ }).waitFor({ state: 'detached' })

  await other.page.getByRole('textbox').pressSequentially('Risposta')
  await one.page.getByText('Bruno is writing…').waitFor()
  await other.page.keyboard.press('Enter')
  await ownLog.getByText('Risposta').waitFor()
  await one.page.getByText('Bruno is writing…').waitFor({ state: 'detached' })

  await ownLog.getByRole('listitem').filter({ hasText: 'Risposta' }).getByRole('button', { name: /Reply/ }).click()
  await one.page.keyboard.type('Detto')
  await one.page.keyboard.press('Enter')
  await log.getByRole('listitem').filter({ hasText: 'Detto' }).getByText('Bruno: Risposta').waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-15] begins a conversation with one member', async () => {
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await one.page.getByRole('button', { name: 'Write to Bruno' }).click()
  await one.page.getByRole('heading', { name: 'Bruno', level: 2 }).waitFor()
  await one.page.getByRole('textbox').fill('Solo per te')
  await one.page.keyboard.press('Enter')
  await using other = await openConsole(browser, bruno, { path: '/chat' })
  await other.page.getByRole('link', { name: /Ada.*Solo per te/ }).click()
  await other.page.getByRole('log', { name: 'Messages with Ada' }).getByText('Solo per te').waitFor()
})

it('[U-15] loads older messages when one scrolls up, and keeps the place', async () => {
  const { id } = await ada.client.groups.create({ body: { name: 'Lunga' } })
  for (let count = 1; count <= 70; count++)
    await ada.client.chat.send({ params: { group: id }, body: { text: `messaggio ${count}.` } })
  await using console = await openConsole(browser, ada, { path: `/chat/${id}` })
  const { page } = console
  const log = page.getByRole('log')
  await log.getByText('messaggio 70.').waitFor()
  expect(await log.getByText('messaggio 21.').count()).toBe(1)
  expect(await log.getByText('messaggio 20.').count()).toBe(0)
  await log.getByText('messaggio 21.').scrollIntoViewIfNeeded()
  await log.hover()
  await page.mouse.wheel(0, -2000)
  await log.getByText('messaggio 1.').waitFor()
  expect(await log.getByText('messaggio 70.').count()).toBe(1)
  expect(console.errors).toEqual([])
})

it('[U-18] finds a message by its words and shows it in its place', async () => {
  const { id } = await ada.client.groups.create({ body: { name: 'Ricette' } })
  const send = (text: string) => ada.client.chat.send({ params: { group: id }, body: { text } })
  await send('La torta di mele della nonna')
  for (let count = 1; count <= 55; count++) await send(`altro ${count}`)
  await using console = await openConsole(browser, ada, { path: '/chat' })
  const { page } = console
  const field = page.getByRole('searchbox', { name: 'Search all messages' })
  await field.fill('nonna torta')
  const found = page.getByRole('list', { name: 'Messages found' })
  await found.getByRole('link', { name: /Ricette.*torta di mele/ }).click()
  const bubble = page.getByRole('log').getByRole('listitem').filter({ hasText: 'torta di mele' })
  await bubble.and(page.locator('[aria-current]')).waitFor()
  await expect.poll(async () => (await bubble.boundingBox())?.y ?? -1).toBeGreaterThan(0)

  // Only of somebody else, and of the last week.
  await page.getByRole('combobox', { name: 'Written when' }).click()
  await page.getByRole('option', { name: 'In the last 7 days' }).click()
  const days = (): string | null => new URL(page.url()).searchParams.get('days')
  await expect.poll(days).toBe('7')
  await found.getByRole('link', { name: /torta di mele/ }).waitFor()
  await page.getByRole('combobox', { name: 'Written by' }).click()
  await page.getByRole('option', { name: 'Bruno' }).click()
  await page.getByText('No message on this node has all these words.').waitFor()
  expect(days()).toBe('7')

  await field.fill('zucchine volanti')
  await page.getByText('No message on this node has all these words.').waitFor()
  await page.getByRole('button', { name: 'End the search' }).click()
  await page.getByRole('list', { name: 'Conversations' }).waitFor()
  expect(console.errors).toEqual([])
})

it('[U-15] says that nobody is there to read now, and to a reader that writing is for others', async () => {
  const { id } = await ada.client.groups.create({ body: { name: 'Bacheca' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group: id }, body: { role: 'reader' } })
  await using carla = await startNode({ name: 'Carla' })
  await carla.client.groups.join({ body: { link } })
  await using reader = await openConsole(browser, carla, { path: `/chat/${id}` })
  await reader.page.getByText('You may read here').waitFor()
  expect(await reader.page.getByRole('textbox').count()).toBe(0)

  await using console = await openConsole(browser, ada, { path: `/chat/${id}` })
  await console.page.getByRole('heading', { name: 'Bacheca', level: 2 }).waitFor()
  await carla.stop()
  await console.page.getByText('Nobody else is online').waitFor()
})
