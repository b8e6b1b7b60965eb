import { connect, startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let ada: TestNode

beforeAll(async () => {
  ;[browser, ada] = await Promise.all([launch(), startNode({ name: 'Ada' })])
})
afterAll(async () => {
  await browser?.close()
  await ada?.[Symbol.asyncDispose]()
})

it('[U-4] [U-6] [U-7] shows who comes and goes, how they are connected, and what moves', async () => {
  await using console = await openConsole(browser, ada)
  const { page } = console
  await page.getByText('Nobody is connected yet').waitFor()
  const node = page.getByRole('region', { name: 'This node' })
  for (const address of ada.started.addresses) await node.getByText(address, { exact: true }).waitFor()
  await node.getByText(ada.started.device, { exact: true }).waitFor()

  await using bruno = await startNode({ name: 'Bruno' })
  await connect(bruno, ada)
  const row = page.getByRole('table', { name: 'Neighbours' }).getByRole('row', { name: /Bruno/ })
  await row.getByText('tcp · tls').filter({ visible: true }).waitFor()
  await row.getByText('they called, direct').filter({ visible: true }).waitFor()
  await row.getByText(/ms$/).waitFor()
  const picture = page.getByRole('img', { name: /^This node in the middle/ })
  await picture.getByText('Bruno').waitFor()

  await page.getByRole('img', { name: /^Traffic of the last minutes/ }).waitFor()
  await page.getByRole('button', { name: 'Show as table' }).click()
  const traffic = page.getByRole('table', { name: 'Traffic' })
  await traffic
    .getByRole('cell', { name: /B\/s$|byte\/s$/ })
    .first()
    .waitFor()

  await bruno.stop()
  await page.getByText('Nobody is connected yet').waitFor()
  await picture.getByText('Bruno').waitFor({ state: 'detached' })
  expect(console.errors).toEqual([])
})

it('[U-43] says whether others can call the node, how that is known, and how it finds others', async () => {
  await using console = await openConsole(browser, ada)
  const node = console.page.getByRole('region', { name: 'This node' })
  await node.getByText('Over IPv4 no: it has no such address beyond this machine').waitFor()
  await node.getByText('Over IPv6 no: it has no such address beyond this machine').waitFor()
  // Who was here before may still be in it.
  await node.getByText(/^Through (\d+ nodes|one node) of the shared directory/).waitFor()
  expect(console.errors).toEqual([])
})

it('[U-4] connects to an address that was pasted', async () => {
  await using carla = await startNode({ name: 'Carla' })
  await using console = await openConsole(browser, ada)
  const { page } = console
  await page.getByRole('button', { name: 'Connect to an address' }).click()
  await page.getByLabel('Address of the other node').fill(carla.started.addresses[0]!)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByRole('table', { name: 'Neighbours' }).getByRole('row', { name: /Carla/ }).waitFor()
})

it('[U-14] says that the node does not answer, and goes on when it is back', async () => {
  const node = await startNode({ name: 'Dora', args: ['--log-level', 'error'] })
  await using console = await openConsole(browser, node, { path: '/groups' })
  const { page } = console
  await page.getByText('No group yet').waitFor()
  await node.kill()
  // Also what a page asked for in vain may say so.
  const away = page.getByText('The node does not answer').first()
  await away.waitFor()

  const args = ['--api-port', new URL(node.started.api).port]
  await using again = await startNode({ folder: node.folder, args })
  await again.client.groups.create({ body: { name: 'Famiglia' } })
  await away.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Famiglia' }).waitFor()
  await node[Symbol.asyncDispose]()
})
