import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole } from './browser.ts'

let browser: Browser
let node: TestNode

beforeAll(async () => {
  ;[browser, node] = await Promise.all([launch(), startNode({ name: 'Ada' })])
  await node.client.groups.create({ body: { name: 'Caffè' } })
})
afterAll(async () => {
  await browser?.close()
  await node?.[Symbol.asyncDispose]()
})

/** What has the focus, as assistive technology would name it, and whether one can see that. */
function focused(page: Page): Promise<{ name: string; isVisible: boolean }> {
  return page.evaluate(`(() => {
    const element = document.activeElement
    const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(element)
    const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent
    const isField = element.matches('input, textarea')
    return { name, isVisible: isField || (outlineStyle !== 'none' && outlineWidth !== '0px') }
  })()`)
}

it('[U-11] skips to the content, and shows the focus on everything from the first to the last stop', async () => {
  await using console = await openConsole(browser, node, { path: '/groups' })
  const { page } = console
  await page.getByRole('heading', { name: 'Caffè' }).waitFor()
  await page.keyboard.press('Tab')
  expect((await focused(page)).name).toBe('Skip to the content')

  const names: string[] = []
  for (;;) {
    const { name, isVisible } = await focused(page)
    if (names.includes(name) || name === '') break
    expect(isVisible, name).toBe(true)
    names.push(name)
    await page.keyboard.press('Tab')
    if (await page.evaluate<boolean>('document.activeElement === document.body')) break
  }
  for (const stop of ['Groups', 'Chat', 'Settings', 'Join by a link', 'Create a group'])
    expect(names).toContainEqual(expect.stringContaining(stop))
  expect(names.at(-1)).toContain('Caffè')

  await page.reload()
  await page.getByRole('heading', { name: 'Caffè' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect((await focused(page)).name).toBe('Join by a link')
})

it('[U-11] goes everywhere by the palette', async () => {
  await using console = await openConsole(browser, node)
  const { page } = console
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  const go = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /An area/ }).fill(text)
    await page.keyboard.press('Enter')
  }
  await go('settings')
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  expect((await focused(page)).name).toBe('Settings')
  // Accents do not matter.
  await go('caffe')
  await page.getByRole('heading', { name: 'Caffè', level: 1 }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /An area/ }).fill('colours')
  await page.keyboard.press('ArrowDown')
  expect(await page.getByRole('option', { selected: true }).textContent()).toContain('Dark colours')
  await page.keyboard.press('Enter')
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()

  await go('create')
  await page.locator('input:focus').waitFor()
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /An area/ }).fill('zzz')
  await page.getByRole('option', { name: 'Search for “', selected: true }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: /An area/ }).waitFor({ state: 'detached' })
  expect(console.errors).toEqual([])
})

it('[U-11] does without the keyboard on a phone: the menu leads everywhere', async () => {
  await using console = await openConsole(browser, node, { viewport: { width: 375, height: 700 } })
  const { page } = console
  const menu = page.getByRole('button', { name: 'Open the menu' })
  await menu.click()
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  await menu.waitFor()
})
