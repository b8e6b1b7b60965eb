import { expect, it } from 'vitest'
import { giveTwoHistories, startNode, until } from './harness.ts'

it('[N-220] a device that is stopped shows with its member and its person, and is told when it writes', async () => {
  await using ann = await startNode({ name: 'Ann' })
  await using eve = await startNode({ name: 'Eve' })
  const { id: group } = await ann.client.groups.create({ body: { name: 'Square' } })
  const { link = '' } = await ann.client.groups.invite({ params: { group }, body: {} })
  await eve.client.groups.join({ body: { link } })
  const two = await giveTwoHistories(eve, ann, group)
  await using node = two.node
  await using member = two.member
  await two.meet()
  const isShown = async (on: typeof node): Promise<true | undefined> => {
    const { members } = await on.client.groups.get({ params: { group } })
    return members.some(({ stoppedDevices }) => stoppedDevices.length > 0) || undefined
  }
  await until(member, ['groups'], () => isShown(member))
  await until(node, ['groups'], () => isShown(node))
  await until(node, ['devices'], async () => (await node.client.devices.list())[0]?.stoppedIn || undefined)

  const { members } = await member.client.groups.get({ params: { group } })
  expect(members.find(({ name }) => name === 'Eve') ?? {}).toMatchObject({ stoppedDevices: [node.started.device] })
  expect((await member.borgo('group', 'members', 'Square')).stdout).toMatch(/Eve +writer +1 \(1 stopped\)[^]*stopped: /)
  expect((await node.borgo('device', 'list')).stdout).toMatch(/1 \(stopped in 1\)[^]*borgo restore/)
  expect((await node.borgo('status')).stdout).toMatch(/health +degraded; this device wrote two histories/)
  expect((await member.client.status.get()).health.status).toBe('ok')

  await expect(node.client.chat.send({ params: { group }, body: { text: 'more' } })).rejects.toMatchObject({
    code: 'DEVICE_STOPPED',
    status: 409
  })
  const named = await node.borgo('name', 'register', 'door', '--group', 'Square')
  expect(named.code).not.toBe(0)
  expect(named.stderr).toContain('restore a backup of it as a new device')
  expect(await node.client.names.own()).toEqual([])
})
