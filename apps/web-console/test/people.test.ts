import { join } from 'node:path'
import { startNode, temporaryFolder, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let ada: TestNode
let bruno: TestNode

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

/** The numbered words that a page shows to be compared. */
async function wordsOn(page: Page): Promise<string[]> {
  const words = page.getByRole('list', { name: 'Words to compare' }).getByRole('listitem')
  await words.first().waitFor()
  return words.allTextContents()
}

it('[U-50] [U-6] [U-7] a contact is added by card, accepted, and verified by the same words on both sides', async () => {
  await using one = await openConsole(browser, ada)
  await using other = await openConsole(browser, bruno, { path: '/people' })
  await other.page.getByText('No contact yet').waitFor()
  await other.page.getByRole('button', { name: 'My card' }).click()
  await other.page.getByRole('img', { name: 'My card as a QR code' }).waitFor()
  const card = await other.page.getByRole('dialog').locator('code').getAttribute('title')
  await other.page.keyboard.press('Escape')

  await one.page.getByRole('navigation').getByRole('link', { name: 'People' }).click()
  await one.page.getByRole('button', { name: 'Add a contact' }).click()
  // As a mail program may break it.
  await one.page.getByLabel('Their card').fill(`${card!.slice(0, 40)}\n ${card!.slice(40)}\n`)
  await one.page.getByRole('button', { name: 'Ask', exact: true }).click()
  await one.page.getByRole('list', { name: 'You asked them' }).getByText('Bruno').waitFor()

  await other.page.getByRole('img', { name: '1 new' }).waitFor()
  await other.page.getByRole('button', { name: 'Accept Ada' }).click()
  await other.page.getByRole('list', { name: 'Contacts' }).getByRole('link', { name: 'Ada' }).click()
  await one.page.getByRole('list', { name: 'Contacts' }).getByRole('link', { name: 'Bruno' }).click()
  await other.page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()

  const words = await wordsOn(one.page)
  expect(words).toHaveLength(12)
  expect(await wordsOn(other.page)).toEqual(words)
  await one.page.getByRole('button', { name: 'They are the same' }).click()
  await one.page.getByText('You compared these words with Bruno').waitFor()
  expect((await ada.client.contacts.list())[0]).toMatchObject({ state: 'contact', verified: true })
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-51] what one calls a contact and notes of them is kept; blocking and removing ask first', async () => {
  const [{ account } = { account: '' }] = await ada.client.contacts.list()
  await using console = await openConsole(browser, ada, { path: `/people/contacts/${account}` })
  const { page } = console
  await page.getByRole('textbox', { name: 'What you call them' }).fill('Il fornaio')
  await page.getByRole('textbox', { name: 'Note' }).fill('Pane il martedì')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'Il fornaio', level: 1 }).waitFor()
  await page.getByText('calls themselves Bruno').waitFor()

  await page.getByRole('button', { name: 'Block' }).click()
  await page.getByRole('dialog', { name: 'Block Il fornaio?' }).getByRole('button', { name: 'Block' }).click()
  await page.getByRole('button', { name: 'Unblock' }).waitFor()
  await page.getByRole('link', { name: 'All contacts' }).click()
  await page.getByRole('button', { name: 'Unblock Il fornaio' }).click()
  await page.getByRole('list', { name: 'Contacts' }).getByRole('link', { name: 'Il fornaio' }).click()

  await page.getByRole('button', { name: 'Remove' }).click()
  await page
    .getByRole('dialog', { name: /^Remove Il fornaio/ })
    .getByRole('button', { name: 'Remove' })
    .click()
  await page.getByText('No contact yet').waitFor()
  expect(console.errors).toEqual([])
})

it('[U-51] contacts go into a file and come out of it', async () => {
  await using console = await openConsole(browser, bruno, { path: '/people' })
  const { page } = console
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Save as a file' }).click()
  using folder = temporaryFolder()
  const file = join(folder.path, 'contacts.json')
  await (await saving).saveAs(file)
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Take from a file' }).click()
  await (await choosing).setFiles(file)
  await page.getByText('Nobody new; 1 known already').waitFor()
  expect(console.errors).toEqual([])
})

it('[U-8] says why a card does not work and what helps', async () => {
  await using console = await openConsole(browser, ada, { path: '/people?do=add' })
  await console.page.getByLabel('Their card').fill('borgo:contact/nonsense')
  await console.page.getByRole('button', { name: 'Ask', exact: true }).click()
  await console.page.getByRole('alert').getByText('This is not a contact card').waitFor()
})
