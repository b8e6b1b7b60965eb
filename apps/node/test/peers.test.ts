import type { DenialPage } from '@borgo/api'
import { memoryIdentity } from '@borgo/core/testing'
import { expect, it } from 'vitest'
import { connect, startNode, until } from './harness.ts'

it('[N-183] a device is disconnected, kept out for a while, over a restart, shown as such, and let in again', async () => {
  await using ada = await startNode({ name: 'Ada' })
  await using ben = await startNode({ name: 'Ben' })
  const { device } = ben.started
  await connect(ben, ada)
  const named = async () => (await ada.client.peers.list()).find(({ name }) => name === 'Ben')
  await until(ada, ['peers'], named)
  expect((await ada.borgo('peers', 'disconnect', 'Ben')).stderr).toContain('is disconnected')
  expect(await ada.client.peers.list()).toEqual([])
  expect((await ada.borgo('peers', 'disconnect', device)).code).toBe(1)

  await connect(ben, ada)
  await until(ada, ['peers'], named)
  const [denial] = (await ada.borgo('peers', 'deny', 'Ben', '--for', '2h', '--json')).json<DenialPage>().denials
  expect(denial).toMatchObject({ device, why: 'asked' })
  expect(denial!.until - denial!.since).toBe(2 * 3_600_000)
  await expect(connect(ada, ben)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect((await ada.borgo('peers', 'denied')).stdout).toContain('by you')

  await using again = await ada.restart()
  expect(await again.client.peers.denied()).toEqual({ denials: [denial] })
  await expect(connect(again, ben)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect((await again.borgo('peers', 'admit', device)).stdout).toContain('nobody is kept out')
  await connect(ben, again)
  const twice = await again.borgo('peers', 'admit', device)
  expect(twice.code).not.toBe(0)
  expect(twice.stderr).toContain('is not shut out')
})

it('[N-183] what cannot be meant is refused, and changes nothing', async () => {
  await using ada = await startNode({ name: 'Ada' })
  const { device } = ada.started
  expect((await ada.borgo('peers', 'deny', 'Nobody')).stderr).toContain('nobody called Nobody is connected')
  await expect(ada.client.peers.deny({ body: { device, ms: 60_000 } })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(ada.client.peers.admit({ body: { host: '192.0.2.1' } })).rejects.toMatchObject({ code: 'NOT_SHUT_OUT' })
  expect(await ada.client.peers.denied()).toEqual({ denials: [] })
})

it('[N-215] who is kept out comes in pages, from the API and on the command line', async () => {
  await using ada = await startNode({ name: 'Ada' })
  const { client } = ada
  const devices = Array.from({ length: 5 }, (_, at) => memoryIdentity(`stranger ${at}`).device)
  for (const device of devices) await client.peers.deny({ body: { device, ms: 60_000 } })
  const found: string[] = []
  let before: string | undefined
  do {
    const page = await client.peers.denied({ query: { limit: 2, ...(before !== undefined && { before }) } })
    expect(page.denials.length).toBeLessThanOrEqual(2)
    found.push(...page.denials.map(({ device = '' }) => device))
    before = page.before
  } while (before !== undefined)
  expect(found.toSorted()).toEqual(devices.toSorted())

  const first = await ada.borgo('peers', 'denied', '--limit', '3')
  const place = /--before '(.+)'/.exec(first.stderr)?.[1] ?? ''
  const rest = await ada.borgo('peers', 'denied', '--before', place)
  for (const device of devices) expect(first.stdout.includes(device)).not.toBe(rest.stdout.includes(device))
})
