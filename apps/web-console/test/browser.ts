import type { TestNode } from '@borgo/node/testing'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** Shorter than a test's own limit, so that what was waited for is in the message, ms. */
const WAIT_MS = 40_000

/** The browser that `setup.ts` started; closing it ends what this file opened in it. */
export function launch(): Promise<Browser> {
  return chromium.connect(inject('chromium'))
}

/** A console on the screen: `await using console = await openConsole(browser, node)`. */
export interface Console extends AsyncDisposable {
  readonly page: Page
  /** What the page wrote as an error to the browser's console, uncaught errors and breaches of the policy included. */
  readonly errors: string[]
}

export interface ConsoleOptions extends BrowserContextOptions {
  /** Where to go once signed in. @default '/' */
  path?: string
  /** One without a secret opens the console without signing in. @default a new one-time link */
  link?: string
}

/** Opens a node's console in a browser of its own (nothing shared with others) by a one-time link. */
export async function openConsole(
  browser: Browser,
  node: TestNode,
  { path = '/', link, ...options }: ConsoleOptions = {}
): Promise<Console> {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(WAIT_MS)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', error => errors.push(String(error)))
  const { origin, hash } = new URL(link ?? (await node.client.access.createLink()).url)
  await page.goto(origin + path + hash)
  return { page, errors, [Symbol.asyncDispose]: () => context.close() }
}
