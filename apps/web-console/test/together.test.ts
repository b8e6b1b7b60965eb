import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startNode, temporaryFolder, until, type TestNode } from '@borgo/node/testing'
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
    openConsole(browser, ada, { path: '/people/shown' }),
    openConsole(browser, bruno, { path: '/people/shown' })
  ])
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

it('[U-58] [U-6] [U-7] shows something to contacts, changes and withdraws it', async () => {
  const { page } = one
  const seen = other.page.getByRole('list', { name: 'What Ada shows' })
  await other.page.getByText('Nobody who is connected shows you anything.').waitFor()
  await page.getByText('You show nothing.').waitFor()
  await page.getByRole('button', { name: 'Show something' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('di buon umore')
  await dialog.getByText('At most 64 characters without spaces or accents.').waitFor()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('mood')
  const text = dialog.getByRole('textbox', { name: 'Text', exact: true })
  await text.fill('a'.repeat(16_385))
  await dialog.getByText('At most 16 KiB.').waitFor()
  await text.fill('Pane caldo')
  await dialog.getByRole('combobox', { name: 'How long' }).click()
  await page.getByRole('option', { name: '1 hour' }).click()
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await seen.getByText('Pane caldo').waitFor()
  await seen.getByText(/expires in/).waitFor()

  await page.getByRole('button', { name: 'Change mood' }).click()
  await text.fill('Pane freddo')
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await seen.getByText('Pane freddo').waitFor()
  expect((await ada.client.objects.own())[0]?.expiresAt).toBeDefined()

  using folder = temporaryFolder()
  const file = join(folder.path, 'avatar.bin')
  writeFileSync(file, Uint8Array.of(0, 1, 2, 255))
  await page.getByRole('button', { name: 'Show something' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('avatar')
  await dialog.getByText('File', { exact: true }).click()
  const choosing = page.waitForEvent('filechooser')
  await dialog.getByRole('button', { name: 'File' }).click()
  await (await choosing).setFiles(file)
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await seen.getByText('Save it (4 bytes)').waitFor()

  await page.getByRole('button', { name: 'Withdraw mood' }).click()
  await page.getByRole('dialog', { name: 'Withdraw mood?' }).getByRole('button', { name: 'Withdraw' }).click()
  await seen.getByText('Pane freddo').waitFor({ state: 'detached' })
})

it('[U-59] says to have an app, to which the other invites', async () => {
  const { page } = one
  await page.getByRole('button', { name: 'Add an app' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Scacchi')
  await dialog.getByRole('textbox', { name: 'Id' }).fill('chess')
  await dialog.getByRole('button', { name: 'Say that I have it' }).click()
  await page.getByRole('list', { name: 'Your apps' }).getByText('Scacchi').waitFor()
  await other.page.getByRole('link', { name: 'Ada' }).click()
  await other.page.getByRole('link', { name: 'Invite Ada to Scacchi' }).click()
  const invite = other.page.getByRole('dialog', { name: 'Invite somebody' })
  expect(await invite.getByRole('combobox', { name: 'To what' }).inputValue()).toBe('chess')
  await invite.getByRole('textbox', { name: 'Message' }).fill('Una partita?')
  await invite.getByRole('button', { name: 'Invite', exact: true }).click()
  await other.page.getByRole('list', { name: 'Open invitations' }).getByText('Una partita?').waitFor()
  await other.page.getByRole('button', { name: 'Take back chess with Ada' }).click()
  await other.page.getByRole('list', { name: 'Earlier ones' }).getByText('taken back').waitFor()

  await page.getByRole('button', { name: 'Remove Scacchi' }).click()
  await page.getByText('You have added none yet.').waitFor()
})

it('[U-70] [U-6] an invitation rings on any page; answered in one tab, it is over in the other', async () => {
  await using tab = await openConsole(browser, ada, { path: '/settings' })
  await other.page.getByRole('link', { name: 'Activities' }).click()
  const account = ada.started.account
  await bruno.client.activities.invite({ body: { account, app: 'briscola', message: 'Una mano?' } })
  const rings = [one.page, tab.page].map(page => page.getByRole('region', { name: 'Invitations' }))
  for (const ring of rings) {
    await ring.getByText('Bruno invites you: briscola').waitFor()
    await ring.getByText('Una mano?').waitFor()
  }
  await tab.page.getByRole('button', { name: 'Accept briscola with Bruno' }).click()
  for (const ring of rings) await ring.waitFor({ state: 'detached' })
  const over = other.page.getByRole('list', { name: 'Earlier ones' }).getByRole('listitem')
  await over.getByText('accepted').waitFor()
  await over.getByRole('button', { name: 'Write to Ada' }).waitFor()
  expect(tab.errors).toEqual([])
})

it('[U-102] an answer carries data for the program, as the invitation does', async () => {
  const { page } = other
  await page.getByRole('link', { name: 'Activities' }).click()
  const { id } = await ada.client.activities.invite({ body: { account: bruno.started.account, app: 'go' } })
  await page.getByRole('button', { name: 'Answer with data, too: go with Ada' }).click()
  const data = page.getByRole('textbox', { name: 'Data for the program' })
  await data.fill('x'.repeat(16_385))
  await page.getByText('At most 16 KiB.').waitFor()
  const accept = page
    .getByRole('list', { name: 'Open invitations' })
    .getByRole('button', { name: 'Accept go with Ada' })
  expect(await accept.isDisabled()).toBe(true)
  await data.fill('e5')
  await accept.click()
  const answered = async () => (await ada.client.activities.get({ params: { id } })).answer
  expect(await until(ada, ['activities'], answered)).toMatchObject({ data: btoa('e5') })
})

it('[U-115] whose invitations ring is chosen for all devices, and the others are declined', async () => {
  const { page } = other
  await page.getByRole('link', { name: 'Activities' }).click()
  const whose = page.getByRole('combobox', { name: 'Whose invitations ring' })
  expect(await whose.inputValue()).toBe('Those of contacts and members of my groups')
  await whose.click()
  await page.getByRole('option', { name: 'Nobody’s' }).click()
  await until(bruno, ['ringers'], async () => (await bruno.client.activities.ringers()).from === 'nobody' || undefined)
  const { id } = await ada.client.activities.invite({ body: { account: bruno.started.account, app: 'scopa' } })
  const state = async () => (await ada.client.activities.get({ params: { id } })).state === 'declined' || undefined
  await until(ada, ['activities'], state)
  // As another device or program says it.
  await bruno.client.activities.setRingers({ body: { from: 'groups' } })
  await expect.poll(() => whose.inputValue()).toBe('Those of contacts and members of my groups')
})

it('[U-71] [U-7] lists invitations with their answers; one is declined in words, one taken back, one expires', async () => {
  const { page } = other
  await page.getByRole('link', { name: 'Activities' }).click()
  const body = { account: bruno.started.account }
  const over = page.getByRole('list', { name: 'Earlier ones' }).getByRole('listitem')
  const first = await ada.client.activities.invite({ body: { ...body, app: 'call', data: btoa('alle otto') } })
  const open = page.getByRole('list', { name: 'Open invitations' }).getByRole('listitem')
  await open.getByText('alle otto').waitFor()
  await open.getByRole('textbox', { name: 'Answer in words' }).fill('Domani')
  await open.getByRole('button', { name: 'Decline call with Ada' }).click()
  await over.filter({ hasText: 'declined' }).getByText('You: Domani').waitFor()
  const declined = async () => {
    const { answer } = await ada.client.activities.get({ params: { id: first.id } })
    return answer
  }
  expect((await until(ada, ['activities'], declined)).message).toBe('Domani')

  await bruno.client.activities.invite({ body: { account: ada.started.account, app: 'dama' } })
  await page.getByRole('button', { name: 'Take back dama with Ada' }).click()
  await over.filter({ hasText: 'dama' }).getByText('taken back').waitFor()
  await ada.client.activities.invite({ body: { ...body, app: 'carte', expiresInMs: 1_000 } })
  await over.filter({ hasText: 'carte' }).getByText('expired').waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})
