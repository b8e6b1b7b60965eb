import type { Denial } from '@borgo/api'
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
  const [denial] = (await ada.borgo('peers', 'deny', 'Ben', '--for', '2h', '--json')).json<Denial[]>()
  expect(denial).toMatchObject({ device, why: 'asked' })
  expect(denial!.until - denial!.since).toBe(2 * 3_600_000)
  await expect(connect(ada, ben)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect((await ada.borgo('peers', 'denied')).stdout).toContain('by you')

  await using again = await ada.restart()
  expect(await again.client.peers.denied()).toEqual([denial])
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
  expect(await ada.client.peers.denied()).toEqual([])
})
