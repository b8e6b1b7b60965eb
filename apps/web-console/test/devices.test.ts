import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { startNode, temporaryFolder, until, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let laptop: TestNode
let phone: TestNode
let bruno: TestNode

beforeAll(async () => {
  ;[browser, laptop, phone, bruno] = await Promise.all([
    launch(),
    startNode({ name: 'Ada' }),
    startNode({ name: 'Nobody' }),
    startNode({ name: 'Bruno' })
  ])
  const { id: group } = await laptop.client.groups.create({ body: { name: 'Famiglia' } })
  const { link = '' } = await laptop.client.groups.invite({ params: { group }, body: {} })
  await bruno.client.groups.join({ body: { link } })
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([laptop, phone, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

async function wordsOn(page: Page, name: string): Promise<string[]> {
  const words = page.getByRole('list', { name }).getByRole('listitem')
  await words.first().waitFor()
  return words.allTextContents()
}
const joined = (node: TestNode) => until(node, ['groups'], async () => (await node.client.groups.list())[0])

it('[U-52] [U-53] [U-6] links a node as a device through both consoles, names it and locks it out', async () => {
  await using one = await openConsole(browser, laptop, { path: '/people/devices' })
  await using other = await openConsole(browser, phone, { path: '/people/devices' })
  await one.page.getByRole('button', { name: 'Make a link' }).click()
  await one.page.getByRole('img', { name: 'Link for a new device as a QR code' }).waitFor()
  const [link, code] = [one.page.locator('code').first(), one.page.locator('code').nth(1)]
  expect(await code.textContent()).toMatch(/^(\w{4}-){3}\w{4}$/)

  const open = other.page.getByRole('button', { name: 'Open the link' })
  await other.page.getByRole('textbox', { name: 'Link or code' }).fill('borgo:link/nonsense')
  await open.click()
  await other.page.getByRole('alert').getByText('This is not a link for a new device').waitFor()
  await other.page.getByRole('textbox', { name: 'Link or code' }).fill((await link.getAttribute('title'))!)
  await other.page.getByRole('textbox', { name: 'Name of the device' }).fill('Phone')
  await open.click()
  const words = await wordsOn(other.page, 'Words to compare')
  expect(words.length).toBeGreaterThanOrEqual(3)
  await one.page.getByText('“Phone” would like to be a device of yours').waitFor()
  expect(await wordsOn(one.page, 'Words to compare')).toEqual(words)
  await one.page.getByRole('button', { name: 'They are the same' }).click()
  await one.page.getByText('Waiting for the other device to agree.').waitFor()
  await other.page.getByRole('button', { name: 'They are the same' }).click()

  await one.page.getByText('Linked').waitFor()
  await other.page.getByText('This node is a device of Ada now').waitFor()
  await joined(phone)
  await one.page.getByRole('button', { name: 'Rename Phone' }).click()
  await one.page.getByRole('dialog').getByRole('textbox').fill('Telefono')
  await one.page.getByRole('button', { name: 'Save the name' }).click()
  const devices = (page: Page) => page.getByRole('list', { name: 'My devices' }).getByRole('listitem')
  for (const { page } of [one, other]) await devices(page).filter({ hasText: 'Telefono' }).waitFor()
  await devices(one.page).filter({ hasText: 'Telefono' }).getByText('connected · in 1 group').waitFor()
  await devices(other.page).filter({ hasText: 'Telefono' }).getByText('this one').waitFor()

  await one.page.getByRole('button', { name: 'Lock out Telefono' }).click()
  const asked = one.page.getByRole('dialog', { name: 'Lock Telefono out?' })
  await asked.getByText('This cannot be undone.').waitFor()
  await asked.getByRole('button', { name: 'Lock out' }).click()
  await one.page.getByText('Telefono is locked out of 2 groups').waitFor()
  await devices(one.page).filter({ hasText: 'Telefono' }).waitFor({ state: 'detached' })
  await until(phone, ['groups'], async () => (await phone.client.groups.list()).length === 0 || undefined)
  expect(one.errors).toEqual([])
})

it('[U-114] locks a device out of one group alone, after saying what that means', async () => {
  await using tablet = await startNode()
  const { link } = await laptop.client.devices.offer({ body: {} })
  await tablet.client.devices.open({ body: { link, label: 'Tavoletta' } })
  const isCompared = async () => (await laptop.client.devices.linking()).phase === 'comparing' || undefined
  await until(laptop, ['devices'], isCompared)
  await laptop.client.devices.confirm()
  expect((await tablet.borgo('device', 'confirm', '--same')).code).toBe(0)
  const { id: group } = await joined(tablet)
  const { id: other } = await laptop.client.groups.create({ body: { name: 'Orto' } })
  const inOther = async () => (await tablet.client.groups.list()).find(({ id }) => id === other)
  await until(tablet, ['groups'], inOther)

  await using one = await openConsole(browser, laptop, { path: `/groups/${group}` })
  const manage = one.page.getByRole('button', { name: 'Manage Ada' })
  await manage.click()
  await one.page.getByRole('menuitem', { name: 'Lock a device out' }).click()
  const dialog = one.page.getByRole('dialog', { name: 'Lock a device of yours out of Famiglia?' })
  await dialog.getByText('This cannot be undone.').waitFor()
  const submit = dialog.getByRole('button', { name: 'Lock out' })
  expect(await submit.isDisabled()).toBe(true)
  expect(await dialog.getByRole('radio').count()).toBe(1)
  await dialog.getByRole('radio', { name: 'Tavoletta' }).check()
  await submit.click()
  await dialog.waitFor({ state: 'detached' })
  const isOut = async () => (await tablet.client.groups.list()).every(({ id }) => id !== group) || undefined
  await until(tablet, ['groups'], isOut)
  expect((await tablet.client.groups.list()).map(({ id }) => id)).toEqual([other])
  await one.page.getByRole('button', { name: 'Show', exact: true }).click()
  await one.page.getByText('Ada locked out their device “Tavoletta”').waitFor()
  expect(one.errors).toEqual([])
})

it('[U-52] ends what was begun: a link taken back, words that differ', async () => {
  await using fresh = await startNode()
  await using one = await openConsole(browser, bruno, { path: '/people/devices' })
  await using other = await openConsole(browser, fresh, { path: '/people/devices' })
  await one.page.getByRole('button', { name: 'Make a link' }).click()
  await one.page.getByRole('button', { name: 'Take the link back' }).click()
  await one.page.getByRole('button', { name: 'Take the link back' }).waitFor({ state: 'detached' })
  await one.page.getByRole('button', { name: 'Make a link' }).click()
  const link = await one.page.locator('code').first().getAttribute('title')
  await other.page.getByRole('textbox', { name: 'Link or code' }).fill(link!)
  await other.page.getByRole('button', { name: 'Open the link' }).click()
  await other.page.getByRole('button', { name: 'They are different' }).click()
  for (const { page } of [one, other])
    await page.getByRole('alert').getByText('The words were not the same').first().waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-54] shows the 24 words on demand; they bring the person back on a fresh node', async () => {
  await using fresh = await startNode()
  await using one = await openConsole(browser, bruno, { path: '/people/recovery' })
  await one.page.getByRole('button', { name: 'Show my words' }).click()
  await one.page.getByText('Is nobody looking?').waitFor()
  await one.page.getByRole('button', { name: 'Show the words' }).click()
  const words = await wordsOn(one.page, '24 words for paper')
  expect(words).toHaveLength(24)
  await one.page.getByRole('button', { name: 'Hide them' }).click()
  await one.page.getByRole('list', { name: '24 words for paper' }).waitFor({ state: 'detached' })

  await using other = await openConsole(browser, fresh, { path: '/people/recovery' })
  const from = laptop.started.addresses[0]!
  const submit = other.page.getByRole('button', { name: 'Come back' })
  await other.page.getByRole('textbox', { name: 'Where to ask' }).fill(from)
  await other.page.getByRole('textbox', { name: 'Your 24 words' }).fill(words.with(0, 'zebras').join('\n'))
  await submit.click()
  await other.page.getByRole('alert').getByText('That is no recovery of an account').waitFor()
  await other.page.getByRole('textbox', { name: 'Your 24 words' }).fill(words.join('\n'))
  await other.page.getByRole('textbox', { name: 'What you are called' }).fill('Bruno')
  await submit.click()
  await other.page.getByText('This node is a device of Bruno now').waitFor()
  expect(await joined(fresh)).toMatchObject({ name: 'Famiglia' })
  await other.page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click()
  await other.page.getByText('Famiglia').waitFor()
  expect(one.errors).toEqual([])
})

it('[U-54] [U-55] a recovery file is made and used; the passphrase is set, changed and removed', async () => {
  await using fresh = await startNode()
  await using one = await openConsole(browser, bruno, { path: '/people/recovery' })
  const { page } = one
  const type = async (name: string, text: string) => page.getByLabel(name, { exact: true }).fill(text)
  const same = page.getByLabel('The same again', { exact: true })
  await page.getByText('It is whole').waitFor()

  await type('New passphrase of this node', 'uno')
  await same.last().fill('due')
  await page.getByText('This is not the same').waitFor()
  await same.last().fill('uno')
  await page.getByRole('button', { name: 'Set it' }).click()
  await page.getByText('borgo start --passphrase-file').waitFor()
  expect(await bruno.client.recovery.keyFile()).toEqual({ encrypted: true })
  const present = page.getByLabel('Present passphrase of this node', { exact: true })

  await type('New passphrase for the file', 'segreto')
  await same.first().fill('segreto')
  await present.first().fill('tre')
  await page.getByRole('button', { name: 'Download the file' }).click()
  await page.getByRole('alert').getByText('That is not the passphrase').waitFor()
  await present.first().fill('uno')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download the file' }).click()
  using folder = temporaryFolder()
  const file = join(folder.path, 'recovery.json')
  await (await saving).saveAs(file)

  await present.last().fill('uno')
  await type('New passphrase of this node', 'due')
  await same.last().fill('due')
  await page.getByRole('button', { name: 'Change it' }).click()
  // What was typed is gone when it is done.
  await expect.poll(() => present.last().inputValue()).toBe('')
  await present.last().fill('due')
  await page.getByRole('button', { name: 'Remove it' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
  await page.getByRole('button', { name: 'Set it' }).waitFor()
  expect(await bruno.client.recovery.keyFile()).toEqual({ encrypted: false })
  const keyFile = join(bruno.folder, 'core', 'identity.json')
  await chmod(keyFile, 0o644)
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByRole('alert').getByText('chmod 600').waitFor()
  await chmod(keyFile, 0o600)

  await using other = await openConsole(browser, fresh, { path: '/people/recovery' })
  await other.page.getByText('Recovery file', { exact: true }).first().click()
  const choosing = other.page.waitForEvent('filechooser')
  await other.page.getByRole('button', { name: 'Your recovery file' }).click()
  await (await choosing).setFiles(file)
  await other.page.getByLabel('Passphrase of the file', { exact: true }).fill('segreto')
  await other.page.getByRole('button', { name: 'Come back' }).click()
  await other.page.getByText('This node is a device of Bruno now').waitFor()
  expect(await joined(fresh)).toMatchObject({ name: 'Famiglia' })
})
