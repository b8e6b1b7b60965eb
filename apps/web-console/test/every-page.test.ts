import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { startNode, type TestNode } from '@borgo/node/testing'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'
import { furnish, PLACES, type Ids } from './pages.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let ada: TestNode
let bruno: TestNode
let ids: Ids

beforeAll(async () => {
  ;[browser, ada, bruno] = await Promise.all([launch(), startNode({ name: 'Ada' }), startNode({ name: 'Bruno' })])
  ids = await furnish(ada, bruno)
  await ada.client.budgets.set({ body: { of: 'node', resource: 'up', amount: 1e6, when: 'daily 22:00-06:00' } })
  await ada.client.budgets.set({ body: { of: 'peer', resource: 'storage', amount: 1e8 } })
  const device = '12D3KooWLqqqqMDQdVComRuDdRRgA1efZo7URi85eUHc2RQ9wNaX'
  await ada.client.peers.deny({ body: { device, ms: 3_600_000 } })
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([ada, bruno].map(node => node?.[Symbol.asyncDispose]()))
})

/** Serious and critical findings, with where they are. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ''}`))
}

const SCHEMES = ['light', 'dark'] as const
const WIDTHS = [375, 1280]

it.each(PLACES)('[U-10] [U-12] $name is accessible, fits and is quiet', async ({ path, ready }) => {
  await using console = await openConsole(browser, ada, { path: path(ids) })
  const { page } = console
  await page.getByText(ready).first().waitFor()
  expect(await page.locator('h1').count()).toBe(1)
  await page.evaluate(AXE)
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
      await page.setViewportSize({ width, height: 800 })
      const way = `${colorScheme}, ${width} px`
      expect(await findings(page), way).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), way).toBeLessThanOrEqual(width)
    }
  }
  expect(console.errors).toEqual([])
})
