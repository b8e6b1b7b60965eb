import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, foundNames, type Client } from '@borgo/api'
import { BorgoError, silentLogger } from '@borgo/core'
import type { AccountId, NameRecord, Names, PeerId } from '@borgo/core'
import { manualClock, memoryStores } from '@borgo/core/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { socketFetch } from '../cli/socket-fetch.ts'
import { createEventBus } from '../events/bus.ts'
import { createAccessStore } from '../http/access.ts'
import { createGuard } from '../http/guard.ts'
import { listenOnSocket } from '../http/listen.ts'
import { createHttp } from '../http/server.ts'
import { namesRoutes } from './names.ts'

const ACCOUNT = 'z6Mkj4o1Dyd7JTB2g1TZD6fJmCvFMkdNrkuSnfKLe4xTFuTK'
const RECORD: NameRecord = {
  name: `${ACCOUNT}/chess`,
  account: ACCOUNT as AccountId,
  label: 'chess',
  device: `12D3KooW${'a'.repeat(44)}` as PeerId,
  scope: 'link',
  group: undefined,
  sequence: 1,
  addresses: [],
  comment: 'caffè',
  data: Uint8Array.of(0, 255),
  issuedAt: 1,
  expiresAt: 2
}

let client: Client
let resolve: Names['resolve']
let close: () => Promise<void>

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'borgo-names-'))
  const stores = memoryStores()
  const clock = manualClock()
  const access = createAccessStore(stores.of('api'), clock)
  const bus = createEventBus('run')
  const guard = createGuard({ access, clock, cookieName: 'borgo', hosts: () => new Set() })
  const names: Names = {
    register: () => Promise.reject(new Error('not here')),
    update: () => Promise.reject(new Error('not here')),
    withdraw: () => Promise.reject(new Error('not here')),
    registered: () => [],
    directory: () => ({ lan: { mode: 'off', peers: 0 }, wan: { mode: 'off', peers: 0 }, keys: 0, bytes: 0 }),
    onChange: () => () => undefined,
    resolve: (name, options) => resolve(name, options)
  }
  const areas = [namesRoutes({ names, groups: { get: () => undefined }, bus })]
  const http = await createHttp({ areas, bus, guard, log: silentLogger, consoleFolder: folder })
  const socket = join(folder, 'api.sock')
  await listenOnSocket(http, socket)
  client = createClient({ fetch: socketFetch(socket) })
  close = async () => {
    await http.close()
    stores.close()
    rmSync(folder, { recursive: true })
  }
})
afterEach(() => close())

it('[N-192] a record is there as soon as it is found, and hanging up cancels the search', async () => {
  const over = Promise.withResolvers<unknown>()
  resolve = async function* (_name, { signal } = {}) {
    try {
      yield RECORD
      return await new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      )
    } finally {
      over.resolve(signal?.aborted)
    }
  }
  const controller = new AbortController()
  const query = { name: RECORD.name }
  const search = foundNames(await client.names.resolve({ query, signal: controller.signal }))
  const { group: _group, ...expected } = { ...RECORD, data: 'AP8=' }
  expect(await search.next()).toEqual({ done: false, value: expected })
  const next = search.next()
  controller.abort()
  await expect(next).rejects.toThrow()
  expect(await over.promise).toBe(true)
})

it('[N-192] whoever leaves the loop ends the search; what was found is not asked for all at once', async () => {
  let asked = 0
  const over = Promise.withResolvers<void>()
  const large = { ...RECORD, data: new Uint8Array(16_384) }
  resolve = async function* () {
    try {
      for (;;) {
        asked += 1
        yield large
        await Promise.resolve()
      }
    } finally {
      over.resolve()
    }
  }
  for await (const { data } of foundNames(await client.names.resolve({ query: { name: RECORD.name } }))) {
    expect(data).toHaveLength(21_848)
    break
  }
  await over.promise
  // What lies between the two is in the buffers of a socket.
  expect(asked).toBeLessThan(1_000)
})

it('[N-192] a search that breaks is no search that found no more', async () => {
  resolve = async function* () {
    yield RECORD
    throw new BorgoError('STOPPED', 'the node stops')
  }
  const search = foundNames(await client.names.resolve({ query: { name: RECORD.name } }))
  expect(await search.next()).toMatchObject({ done: false })
  await expect(search.next()).rejects.toThrow(TypeError)
})
