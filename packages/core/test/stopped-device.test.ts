import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { backup } from '../src/backup/backup.ts'
import { restore } from '../src/backup/restore.ts'
import { createNode } from '../src/node.ts'
import { until as eventually } from '../src/testing/turns.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import type { BorgoNode, Group, RecordKind } from '../src/index.ts'

const note: RecordKind<string> = { name: 'notes/note', role: 'writer', maxBytes: 2_000, parse: String }
const clock = manualClock()
const running: BorgoNode[] = []
let root: string
let net: ReturnType<typeof memoryNetwork>

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'borgo-'))
  net = memoryNetwork({ clock })
})
afterEach(async () => {
  for (const node of [...running]) await stop(node)
  rmSync(root, { recursive: true })
})

const at = (folder: string): string => join(root, folder)
const start = async (folder: string): Promise<BorgoNode> => {
  const node = await createNode({ folder: at(folder), name: folder, clock, network: ({ device }) => net.node(device) })
  running.push(node)
  await node.use({ name: 'notes', start: context => context.groups.define(note) })
  return node
}
const stop = async (node: BorgoNode): Promise<void> => {
  running.splice(running.indexOf(node), 1)
  let isStopped = false
  const stopping = node.stop().finally(() => (isStopped = true))
  await until(() => isStopped)
  await stopping
}
const until = (condition: () => boolean): Promise<void> => eventually(condition, () => clock.advance(10))
const groupOf = (node: BorgoNode): Group => node.groups.list()[0]!
const texts = (node: BorgoNode): string[] =>
  groupOf(node)
    .page([note])
    .entries.map(({ data }) => data)

/** Ann, and Eve with two histories: Ann has one, and Eve's node has the other one and meets Ann. */
async function copied(): Promise<{ ann: BorgoNode; eve: BorgoNode }> {
  const [ann, first] = [await start('ann'), await start('eve')]
  const { link } = await (await ann.groups.create({ name: 'Square' })).invite()
  const joining = first.groups.join(link)
  await until(() => first.groups.list().length === 1)
  await joining
  await groupOf(first).append(note, 'before')
  await until(() => texts(ann).length === 1)
  await stop(first)
  cpSync(at('eve'), at('eve-copied'), { recursive: true })

  const again = await start('eve')
  await groupOf(again).append(note, 'here')
  await until(() => texts(ann).length === 2)
  await stop(again)
  net.partition(ann.self.device, again.self.device)
  const eve = await start('eve-copied')
  await groupOf(eve).append(note, 'there')
  return { ann, eve }
}

it('[L-81] a device that is stopped is shown with its member, and to its person, as soon as it is known', async () => {
  const { ann, eve } = await copied()
  const { account, device } = eve.self
  expect(groupOf(ann).member(account)?.stoppedDevices).toEqual([])
  expect(eve.devices.list()).toMatchObject([{ stoppedIn: 0 }])
  const [changed, listed] = [vi.fn(), vi.fn()]
  ann.groups.onChange(group => changed(group.member(account)?.stoppedDevices))
  eve.devices.onChange(() => listed(eve.devices.list()[0]?.stoppedIn))
  net.heal(ann.self.device, device)
  await until(() => changed.mock.lastCall?.[0]?.length > 0 && listed.mock.lastCall?.[0] === 1)
  expect(
    groupOf(ann)
      .members()
      .map(({ stoppedDevices }) => stoppedDevices)
      .flat()
  ).toEqual([device])
  expect(groupOf(eve).member(device)?.stoppedDevices).toEqual([device])
  await until(() => [ann, eve].every(node => texts(node).join() === 'before'))

  await expect(groupOf(eve).append(note, 'more')).rejects.toMatchObject({ code: 'DEVICE_STOPPED' })
  const place = { scope: 'group', group: groupOf(eve).id } as const
  await expect(eve.names.register('door', place)).rejects.toMatchObject({ code: 'DEVICE_STOPPED' })
  expect(eve.names.registered()).toEqual([])
})

it('[L-82] a node that is restored from what a stopped one kept is a device that is none, and can lock that out', async () => {
  const { ann, eve } = await copied()
  const { account, device } = eve.self
  net.heal(ann.self.device, device)
  await until(() => [ann, eve].every(node => groupOf(node).member(account)?.stoppedDevices.length === 1))
  await stop(eve)
  await backup({ folder: at('eve-copied'), to: at('backup'), now: clock.now() })
  await restore({ from: at('backup'), folder: at('restored'), clock })
  const restored = await start('restored')
  await groupOf(restored).append(note, 'anew')
  await until(() => [ann, restored].every(node => texts(node).join() === 'before,anew'))
  expect(restored.devices.list().map(({ stoppedIn }) => stoppedIn)).toEqual([0, 1])
  await restored.devices.revoke(device)
  await until(() => groupOf(ann).member(account)?.stoppedDevices.length === 0)
  expect(restored.devices.list()).toMatchObject([{ device: restored.self.device, stoppedIn: 0 }])
  await groupOf(restored).append(note, 'on')
  await until(() => texts(ann).join() === 'before,anew,on')
})
