import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish } from './pages.ts'

const fixtures = new URL('../../../packages/plugin-compute/test/fixtures/', import.meta.url)
const fixture = (name: string): string => fileURLToPath(new URL(`${name}.wasm`, fixtures))

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

it('[U-30] [U-7] a picture is begun, fills in, and can be downloaded; members see the job', async () => {
  await using one = await openConsole(browser, ada, { path: '/compute' })
  const { page } = one
  await page.getByText('No job yet').waitFor()
  await page.getByRole('button', { name: 'New job' }).click()
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('heading', { name: 'Mandelbrot 640 × 480', level: 1 }).waitFor()
  await page.getByRole('table', { name: 'Who computes' }).getByText('This node').waitFor()
  await page.getByText('Done', { exact: true }).waitFor()
  await page.getByRole('img', { name: /The range with \d+ parts? that ha/ }).waitFor()
  const download = page.getByRole('link', { name: 'Download the result' })
  const [file] = await Promise.all([page.waitForEvent('download'), download.click()])
  const saved = join(tmpdir(), `borgo-${process.pid}.png`)
  await file.saveAs(saved)
  expect(readFileSync(saved).subarray(1, 4).toString()).toBe('PNG')
  rmSync(saved)
  const opaque = await page.waitForFunction<number>(
    `(() => {
      const canvas = document.querySelector('canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return data.every((value, index) => index % 4 !== 3 || value === 255) && canvas.height
    })()`
  )
  expect(await opaque.jsonValue()).toBe(480)

  await using other = await openConsole(browser, bruno, { path: '/compute' })
  await other.page.getByRole('link', { name: /Mandelbrot 640 × 480.*job of Ada/ }).click()
  await other.page.getByText('The result is on the node that began the job.').waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-31] sharing is switched on, and the work of a member comes in on the page while it runs', async () => {
  await using other = await openConsole(browser, bruno, { path: '/compute' })
  await other.page.getByText('Nobody else computes here').waitFor()
  await other.page.getByRole('switch', { name: 'Compute for others' }).click({ force: true })
  await other.page.getByText('Jobs of your groups run here').waitFor()
  const { hash } = await ada.client.compute.check({ body: Uint8Array.from(readFileSync(fixture('spin'))) })
  const input = Buffer.from([0, 0, 4, 0]).toString('base64')
  const task = { type: 'module', hash, hi: 1_000_000_000, input } as const
  const job = await ada.client.compute.start({ body: { group, task, title: 'Lungo' } })
  await using one = await openConsole(browser, ada, { path: `/compute/${job.id}` })
  const worker = one.page.getByRole('table', { name: 'Who computes' }).getByRole('row', { name: /Bruno [1-9]/ })
  await worker.waitFor()
  await other.page.getByText('Lungo, for Ada').waitFor()
  await one.page.getByRole('button', { name: 'Cancel' }).click()
  await one.page.getByText('Cancelled').waitFor()
  await other.page.getByText('Nobody needs this computer at the moment.').waitFor()
  expect([...one.errors, ...other.errors]).toEqual([])
})

it('[U-32] a module of one’s own is run, and a wrong one refused with the reason', async () => {
  await using console = await openConsole(browser, ada, { path: '/compute?do=start' })
  const { page } = console
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Your own').click()
  await page.locator('input[type=file]').setInputFiles(fixture('logger'))
  await dialog.getByRole('button', { name: 'Begin' }).click()
  await dialog.getByText('The module wants something that it does not get').waitFor()
  await dialog.getByText('it imports "host.log"').waitFor()
  await page.locator('input[type=file]').setInputFiles(fixture('count'))
  await dialog.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('heading', { name: 'count.wasm', level: 1 }).waitFor()
  await page.getByText('1,000', { exact: true }).waitFor()
})
