import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startNode, type TestNode } from '@borgo/node/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, openConsole, type Console } from './browser.ts'

/** Somebody else's web server. It is on this machine, too, so that it is the node and not the browser that refuses. */
const other = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<title>Foreign</title>')
)
let browser: Browser
let node: TestNode
let console: Console

beforeAll(async () => {
  await once(other.listen(0, '127.0.0.1'), 'listening')
  ;[browser, node] = await Promise.all([launch(), startNode({ name: 'Ada' })])
  // Whoever is signed in has something to lose.
  console = await openConsole(browser, node)
  await console.page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
})
afterAll(async () => {
  await console?.[Symbol.asyncDispose]()
  await browser?.close()
  await node?.[Symbol.asyncDispose]()
  other.close()
})

/** Somebody else's page, beside the console in the same browser. From then on its name leads to the node's address. */
async function foreignPage(origin: string): Promise<Page> {
  const page = await console.page.context().newPage()
  const { port } = other.address() as AddressInfo
  await page.route(`${origin}/`, route => route.continue({ url: `http://127.0.0.1:${port}/` }))
  await page.goto(`${origin}/`)
  expect(await page.title()).toBe('Foreign')
  return page
}

/** What a page gets of a request to read, to change something, and to be told of what happens; nothing: undefined. */
async function attempts(page: Page, api: string): Promise<{ read: unknown; change: unknown; listen: unknown }> {
  return page.evaluate(async base => {
    const ask = (path: string, init?: RequestInit): Promise<unknown> =>
      fetch(base + path, { credentials: 'include', ...init }).then(
        async answer => ({ status: answer.status, text: await answer.text() }),
        () => undefined
      )
    const listen = new Promise(resolve => {
      const source = new EventSource(`${base}/api/v1/events`, { withCredentials: true })
      source.onopen = () => resolve('open')
      source.onerror = () => resolve(undefined)
    })
    return {
      read: await ask('/api/v1/status'),
      change: await ask('/api/v1/groups', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"Stolen"}'
      }),
      listen: await listen
    }
  }, api)
}

it('[U-23] a page under a name that was rebound to this computer gets nothing from the node', async () => {
  const { port } = new URL(node.started.api)
  const page = await foreignPage(`http://rebound.test:${port}`)
  const got = await attempts(page, '')
  const refused = { status: 421, text: expect.not.stringContaining(node.started.device) }
  expect(got).toEqual({ read: refused, change: refused, listen: undefined })
  const start = await page.goto(`http://rebound.test:${port}/groups`)
  expect(start?.status()).toBe(421)
  expect(await node.client.groups.list()).toEqual([])
})

it('[U-23] a page of another site gets nothing from the node, whatever it tries', async () => {
  const page = await foreignPage('http://elsewhere.test')
  expect(await attempts(page, node.started.api)).toEqual({ read: undefined, change: undefined, listen: undefined })
  const blind = await page.evaluate(async api => {
    const answer = await fetch(`${api}/api/v1/groups`, {
      ...{ method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"name":"Stolen"}' }
    }).catch(() => undefined)
    return answer?.type ?? 'opaque'
  }, node.started.api)
  expect(blind).toBe('opaque')
  const [answer] = await Promise.all([
    page.waitForNavigation(),
    page.setContent(`<form method="post" enctype="text/plain" action="${node.started.api}/api/v1/groups">
      <input name='{"name":"Stolen","x":"' value='"}'></form><script>document.forms[0].submit()</script>`)
  ])
  expect(answer?.status()).toBe(403)
  expect(await node.client.groups.list()).toEqual([])
})
