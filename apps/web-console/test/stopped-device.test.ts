import { giveTwoHistories, startNode } from '@borgo/node/testing'
import { expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

it('[U-99] [U-6] [U-8] shows that a device is stopped, to its person and to others, as soon as it is known', async () => {
  const browser = await launch()
  await using ann = await startNode({ name: 'Ann' })
  await using eve = await startNode({ name: 'Eve' })
  const { id: group } = await ann.client.groups.create({ body: { name: 'Square' } })
  const { link = '' } = await ann.client.groups.invite({ params: { group }, body: {} })
  await eve.client.groups.join({ body: { link } })
  const two = await giveTwoHistories(eve, ann, group)
  await using node = two.node
  await using member = two.member

  await using others = await openConsole(browser, member, { path: `/groups/${group}` })
  const row = others.page.getByRole('table', { name: 'Members' }).getByRole('row', { name: /Eve/ })
  await row.waitFor()
  expect(await row.getByText('is stopped').count()).toBe(0)
  await using own = await openConsole(browser, node, { path: '/' })
  await own.page.getByRole('heading', { level: 1 }).waitFor()
  await two.meet()
  await row.getByText('1 device is stopped: its data was copied').waitFor()
  await own.page.getByRole('alert').getByText('this device wrote two histories').waitFor()

  await own.page.goto(new URL('/people/devices', own.page.url()).href)
  await own.page.getByText('Stopped in 1 group').waitFor()
  await own.page.goto(new URL(`/chat/${group}`, own.page.url()).href)
  await own.page.getByRole('textbox', { name: 'Message to Square' }).fill('more')
  await own.page.keyboard.press('Enter')
  await own.page.getByText('What this device writes here counts no more').waitFor()
  expect(others.errors).toEqual([])
  await browser.close()
})
