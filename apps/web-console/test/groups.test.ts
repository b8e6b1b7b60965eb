import { startNode, type TestNode } from '@borgo/node/testing'
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

const memberRow = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Members' }).getByRole('row', { name: new RegExp(name) })

it('[U-5] [U-6] [U-7] founds a group, invites, and sees the other join by pasting the link', async () => {
  await using one = await openConsole(browser, ada)
  await using other = await openConsole(browser, bruno, { path: '/groups' })

  await one.page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click()
  await one.page.getByText('No group yet').waitFor()
  await one.page.getByRole('button', { name: 'Create a group' }).click()
  await one.page.getByRole('textbox', { name: 'Name' }).fill('Famiglia')
  await one.page.keyboard.press('Enter')
  await one.page.getByRole('heading', { name: 'Famiglia', level: 1 }).waitFor()
  await one.page.getByText('You are the only one here so far').waitFor()

  await one.page.getByRole('button', { name: 'Invite' }).click()
  await one.page.getByRole('radio', { name: /Reader/ }).check()
  await one.page.getByRole('button', { name: 'Make a link' }).click()
  await one.page.getByRole('img', { name: 'Invitation to Famiglia as a QR code' }).waitFor()
  const [{ link = '' } = {}] = await ada.client.groups.invitations({
    params: { group: one.page.url().split('/').at(-1)! }
  })
  expect(await one.page.getByRole('dialog').locator('code').getAttribute('title')).toBe(link)
  await one.page.keyboard.press('Escape')

  await other.page.getByText('No group yet').waitFor()
  await other.page.getByRole('button', { name: 'Join by a link' }).click()
  // As a mail program may break it.
  await other.page.getByLabel('Invitation link').fill(`${link.slice(0, 40)}\n ${link.slice(40)}\n`)
  await other.page.getByRole('button', { name: 'Join', exact: true }).click()
  await other.page.getByRole('heading', { name: 'Famiglia', level: 1 }).waitFor()

  for (const { page } of [one, other]) {
    await memberRow(page, 'Ada').getByText('online').waitFor()
    await memberRow(page, 'Bruno').getByText('Reader').filter({ visible: true }).waitFor()
  }
  await memberRow(one.page, 'Ada').getByText('Owner').filter({ visible: true }).waitFor()
  expect(await other.page.getByRole('button', { name: 'Invite' }).count()).toBe(0)
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-6] shows that a member went offline', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Vicini' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: {} })
  await using carla = await startNode({ name: 'Carla' })
  await carla.client.groups.join({ body: { link } })
  await using console = await openConsole(browser, ada, { path: `/groups/${group}` })
  await memberRow(console.page, 'Carla').getByText('online', { exact: true }).waitFor()
  await carla.stop()
  await memberRow(console.page, 'Carla').getByText('offline', { exact: true }).waitFor()
})

it('[U-8] says why a link does not work and what helps', async () => {
  await using console = await openConsole(browser, ada, { path: '/groups?do=join' })
  await console.page.getByLabel('Invitation link').fill('borgo:join/nonsense')
  await console.page.getByRole('button', { name: 'Join', exact: true }).click()
  const alert = console.page.getByRole('alert')
  await alert.getByText('This invitation link is not valid').waitFor()
  await alert.getByText(/ask for a new one/).waitFor()
})

it('[U-17] removes a member after asking, which that member sees, and says who did it', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Orto' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: {} })
  await bruno.client.groups.join({ body: { link } })
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await using other = await openConsole(browser, bruno, { path: `/groups/${group}` })
  await memberRow(other.page, 'Ada').waitFor()
  expect(await other.page.getByRole('button', { name: /^Manage Ada|Change the/ }).count()).toBe(0)

  await memberRow(one.page, 'Bruno').getByRole('button', { name: 'Manage Bruno' }).click()
  await one.page.getByRole('menuitem', { name: 'Change the role' }).click()
  await one.page.getByRole('radio', { name: /Reader/ }).check()
  await one.page.getByRole('dialog').getByRole('button', { name: 'Change the role' }).click()
  await memberRow(other.page, 'Bruno').getByText('Reader').filter({ visible: true }).waitFor()

  const manage = memberRow(one.page, 'Bruno').getByRole('button', { name: 'Manage Bruno' })
  await manage.and(one.page.locator(':focus')).waitFor()
  await manage.click()
  await one.page.getByRole('menuitem', { name: 'Remove' }).click()
  await one.page.getByRole('dialog', { name: 'Remove Bruno?' }).getByRole('button', { name: 'Remove' }).click()
  await memberRow(one.page, 'Bruno').waitFor({ state: 'detached' })

  await other.page.getByText('You are not in Orto any more').waitFor()
  await other.page.getByText('Ada removed you').waitFor()
  await one.page.getByRole('button', { name: 'Show', exact: true }).click()
  const audit = one.page.getByRole('list', { name: 'Who changed what' })
  for (const entry of ['Ada removed Bruno', 'Ada changed the role of Bruno: Reader', 'Ada founded the group “Orto”'])
    await audit.getByText(entry).waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-104] says of each change what was changed', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Piazza' } })
  const params = { group }
  const { id: invitation } = await ada.client.groups.invite({ params, body: { approval: true, uses: 3 } })
  await ada.client.groups.revokeInvitation({ params: { group, invitation } })
  await ada.client.groups.setPolicy({ params, body: { inviters: 'writer' } })
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await one.page.getByRole('button', { name: 'Show', exact: true }).click()
  const audit = one.page.getByRole('list', { name: 'Who changed what' })
  await audit.getByText('Admins and owners may invite. → Everybody but readers may invite.').waitFor()
  const ended = audit.getByRole('listitem').filter({ hasText: 'Ada ended an invitation (Writer)' })
  await ended.getByText('For 3 people').waitFor()
  await ended.getByText('An admin must accept who uses it').waitFor()
  expect(one.errors).toEqual([])
})

it('[U-113] shows the audit to its beginning, and only changes of one kind or by one person', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Mercato' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: { uses: 2 } })
  await bruno.client.groups.join({ body: { link } })
  for (let days = 2; days < 60; days++)
    await ada.client.groups.setPolicy({ params: { group }, body: { keyAgeMs: days * 86_400_000 } })
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await one.page.getByRole('button', { name: 'Show', exact: true }).click()
  const audit = one.page.getByRole('list', { name: 'Who changed what' })
  await audit.getByText('Ada changed the rules').first().waitFor()
  const founded = audit.getByText('Ada founded the group “Mercato”')
  expect(await founded.count()).toBe(0)
  await one.page.getByRole('button', { name: 'Show older' }).click()
  await founded.waitFor()
  expect(await one.page.getByRole('button', { name: 'Show older' }).count()).toBe(0)

  const choose = async (field: string, option: string): Promise<void> => {
    await one.page.getByRole('combobox', { name: field }).click()
    await one.page.getByRole('option', { name: option, exact: true }).click()
  }
  await choose('What', 'Who came and went')
  await audit.getByText('Bruno joined, let in by Ada').waitFor()
  await audit.getByText('Ada changed the rules').first().waitFor({ state: 'detached' })
  await choose('By whom', 'Bruno')
  await one.page.getByText('Nothing like that so far.').waitFor()
  await choose('What', 'everything')
  await choose('By whom', 'everybody')
  await audit.getByText('Ada changed the rules').first().waitFor()
  expect(one.errors).toEqual([])
})

it('[U-17] lets in who asks, ends an invitation, and lets a member leave', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Banda' } })
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await one.page.getByText('You are the only owner').waitFor()
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: { approval: true, uses: 2 } })
  await expect(bruno.client.groups.join({ body: { link } })).rejects.toMatchObject({ code: 'APPROVAL_PENDING' })
  await using other = await openConsole(browser, bruno, { path: '/groups' })
  await other.page.getByRole('region', { name: 'Waiting to be let in' }).getByText('Banda').waitFor()
  await one.page.getByRole('button', { name: 'Let in' }).click()
  await memberRow(one.page, 'Bruno').waitFor()

  await one.page.getByRole('button', { name: 'Revoke' }).click()
  await one.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await one.page.getByText('None at the moment.').waitFor()

  await other.page.getByRole('link', { name: /Banda/ }).click()
  await other.page.getByRole('button', { name: 'Leave the group' }).click()
  await other.page.getByRole('dialog', { name: 'Leave Banda?' }).getByRole('button', { name: 'Leave' }).click()
  await other.page.getByRole('region', { name: 'Not a member any more' }).getByText('You left').waitFor()
  await memberRow(one.page, 'Bruno').waitFor({ state: 'detached' })
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-17] changes the rules of a group', async () => {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Coro' } })
  await using console = await openConsole(browser, ada, { path: `/groups/${group}` })
  const { page } = console
  await page.getByRole('button', { name: 'Change the rules' }).click()
  await page.getByRole('radio', { name: 'Everybody may invite.' }).check()
  await page.getByRole('textbox', { name: 'Or after so many entries' }).fill('5000')
  await page.getByRole('button', { name: 'Save the rules' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Everybody may invite.' }).waitFor()
  const { policy } = await ada.client.groups.get({ params: { group } })
  expect(policy).toMatchObject({ inviters: 'reader', keyRecords: 5000 })
  expect(console.errors).toEqual([])
})

it('[U-17] invites one person by name; who lowers themselves cannot undo it, and a relay is made of others', async () => {
  const { id: shared } = await ada.client.groups.create({ body: { name: 'Piazza' } })
  const { link: open = '' } = await ada.client.groups.invite({ params: { group: shared }, body: {} })
  await bruno.client.groups.join({ body: { link: open } })
  const { id: group } = await ada.client.groups.create({ body: { name: 'Forno' } })
  await using one = await openConsole(browser, ada, { path: `/groups/${group}` })
  await one.page.getByRole('button', { name: 'Invite' }).click()
  await one.page.getByRole('combobox', { name: 'For whom' }).click()
  await one.page.getByRole('option', { name: 'Bruno' }).click()
  await one.page.getByRole('button', { name: 'Make a link' }).click()
  await one.page.getByText('Only Bruno can use it.').waitFor()
  await one.page.keyboard.press('Escape')
  await one.page.getByText('for Bruno').waitFor()
  const [{ link = '' } = {}] = await ada.client.groups.invitations({ params: { group } })
  await bruno.client.groups.join({ body: { link } })

  await using other = await openConsole(browser, bruno, { path: `/groups/${group}` })
  await memberRow(other.page, 'Bruno').getByRole('button', { name: 'Manage Bruno' }).click()
  await other.page.getByRole('menuitem', { name: 'Lower your role' }).click()
  await other.page.getByText('Only who stands above you can give it back.').waitFor()
  expect(await other.page.getByRole('radio').count()).toBe(2)
  await other.page.getByRole('radio', { name: /Reader/ }).check()
  await other.page.getByRole('dialog').getByRole('button', { name: 'Change the role' }).click()
  await memberRow(one.page, 'Bruno').getByText('Reader').filter({ visible: true }).waitFor()

  await memberRow(one.page, 'Bruno').getByRole('button', { name: 'Manage Bruno' }).click()
  await one.page.getByRole('menuitem', { name: 'Change the role' }).click()
  await one.page.getByRole('radio', { name: /Relay/ }).check()
  await one.page.getByText('a relay reads nothing that is written from then on').waitFor()
  await one.page.getByRole('dialog').getByRole('button', { name: 'Change the role' }).click()
  await memberRow(other.page, 'Bruno').getByText('Relay').filter({ visible: true }).waitFor()
  expect(await other.page.getByRole('button', { name: 'Manage Bruno' }).count()).toBe(0)
  expect([...one.errors, ...other.errors]).toEqual([])
})
