import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordKind } from '../log/kind.ts'
import { createNode } from '../node.ts'
import type { BorgoNode } from '../node.ts'
import type { Plugin, PluginContext } from '../plugin.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { until as eventually } from '../testing/turns.ts'
import { backup } from './backup.ts'
import type { BackupProgress } from './progress.ts'
import { restore } from './restore.ts'

const note: RecordKind<string> = { name: 'notes/note', role: 'writer', maxBytes: 1_000, parse: String }
const price: RecordKind<string> = { ...note, name: 'notes/price', key: () => 'of bread' }
const notes = (): Plugin<PluginContext> => ({
  name: 'notes',
  start(context) {
    context.groups.define(note)
    context.groups.define(price)
    return context
  }
})

describe('backup', () => {
  let root: string
  let net: ReturnType<typeof memoryNetwork>
  const clock = manualClock()
  const running: BorgoNode[] = []
  const at = (name: string): string => join(root, name)

  const start = async (name: string): Promise<{ node: BorgoNode; context: PluginContext }> => {
    const node = await createNode({ folder: at(name), name, clock, network: ({ device }) => net.node(device) })
    running.push(node)
    return { node, context: await node.use(notes()) }
  }
  const stop = async (node: BorgoNode): Promise<void> => {
    running.splice(running.indexOf(node), 1)
    await node.stop()
  }
  const until = (condition: () => boolean): Promise<void> => eventually(condition, () => clock.advance(10))
  const texts = (node: BorgoNode): string[] =>
    node.groups.list().flatMap(group => group.page([note]).entries.map(({ data }) => data))

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'borgo-'))
    net = memoryNetwork({ clock })
  })
  afterEach(async () => {
    for (const node of [...running]) await stop(node)
    rmSync(root, { recursive: true })
  })

  it('[S-10] a restored node is the same person as a new device, in the same groups, and no chain forks', async () => {
    const [ann, ben] = [await start('ann'), await start('ben')]
    const group = await ann.node.groups.create({ name: 'Square' })
    const { link } = await group.invite()
    const joining = ben.node.groups.join(link)
    await until(() => ben.node.groups.list().length === 1)
    await joining
    await group.append(note, 'before')
    for (const cents of ['100', '110', '120']) await group.append(price, cents)
    writeFileSync(join(ann.context.store.folder, 'picture'), 'bytes')
    await backup({ folder: at('ann'), to: at('copy'), now: clock.now() })
    // What the copy does not know: it would write this number again.
    await group.append(note, 'after')
    await until(() => texts(ben.node).length === 2)
    const { account, device } = ann.node.self
    await stop(ann.node)

    const restored = await restore({ from: at('copy'), folder: at('again'), clock })
    expect(restored).toMatchObject({ account, before: device, groups: [group.id], left: [] })
    const again = await start('again')
    expect(again.node.self).toMatchObject({ account, device: restored.device, name: 'ann' })
    expect(restored.device).not.toBe(device)
    expect(readFileSync(join(again.context.store.folder, 'picture'), 'utf8')).toBe('bytes')
    expect(texts(again.node)).toEqual(['before'])
    await again.node.dial(ben.node.addresses()[0]!)
    await until(() => texts(again.node).length === 2)
    await again.node.groups.list()[0]!.append(note, 'from the new device')
    await until(() => texts(ben.node).length === 3)
    for (const { node } of [again, ben]) expect(texts(node)).toEqual(['before', 'after', 'from the new device'])
    expect(ben.node.groups.list()[0]!.member(restored.device)?.account).toBe(account)
    // A new device names no records of the one before.
    const prices = (node: BorgoNode): string[] =>
      node.groups
        .list()[0]!
        .page([price])
        .entries.map(({ data }) => data)
    for (const cents of ['130', '140']) await again.node.groups.list()[0]!.append(price, cents)
    await until(() => prices(ben.node).includes('140'))
    for (const { node } of [again, ben]) expect(prices(node)).toEqual(['120', '140'])
  })

  it('[S-10] takes only a copy that is whole, and leaves nothing behind otherwise', async () => {
    const { node } = await start('ann')
    await node.groups.create({ name: 'Square' })
    await backup({ folder: at('ann'), to: at('copy'), now: clock.now() })
    const refused = async (code: string, folder = at('again')): Promise<void> => {
      await expect(restore({ from: at('copy'), folder, clock })).rejects.toMatchObject({ code })
      expect(readdirSync(at('again'))).toEqual([])
      expect(existsSync(at('again.restoring'))).toBe(false)
    }
    mkdirSync(at('again'))
    await refused('FOLDER_NOT_EMPTY', at('ann'))
    const manifest = readFileSync(at('copy/manifest.json'), 'utf8')
    for (const broken of ['', '{}', manifest.replace('core/', '../core/'), manifest.replace('core/', 'core//')]) {
      writeFileSync(at('copy/manifest.json'), broken)
      await refused('BAD_BACKUP')
    }
    writeFileSync(at('copy/manifest.json'), manifest)
    const database = readFileSync(at('copy/core/state.db'))
    appendFileSync(at('copy/core/state.db'), 'x')
    await refused('BAD_BACKUP')
    database[5_000]! ^= 1
    writeFileSync(at('copy/core/state.db'), database)
    await refused('BAD_BACKUP')
    rmSync(at('copy/core/state.db'))
    await refused('BAD_BACKUP')
  })

  it('[S-11] copies a node that writes meanwhile, into an empty folder outside its own', async () => {
    const { node } = await start('ann')
    const group = await node.groups.create({ name: 'Square' })
    const writing = Array.from({ length: 200 }, (_, index) => group.append(note, `${index}`))
    const { files } = await backup({ folder: at('ann'), to: at('copy'), now: clock.now() })
    await Promise.all(writing)
    expect(files.at(-1)?.path).toMatch(/^core\//)
    expect(files.map(({ path }) => path).sort()).toEqual(['core/identity.json', 'core/state.db'])
    const { groups } = await restore({ from: at('copy'), folder: at('again'), clock })
    expect(groups).toEqual([group.id])
    await expect(backup({ folder: at('ann'), to: at('copy'), now: 0 })).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY'
    })
    await expect(backup({ folder: at('ann'), to: at('ann/in'), now: 0 })).rejects.toMatchObject({
      code: 'FOLDER_NOT_EMPTY'
    })
    await expect(backup({ folder: at('nothing'), to: at('other'), now: 0 })).rejects.toMatchObject({
      code: 'BAD_BACKUP'
    })
  })

  it('[S-13] takes along what is named at the top of the folder, and nothing else there', async () => {
    await start('ann')
    writeFileSync(at('settings'), 'mdns = false')
    symlinkSync(at('settings'), at('ann/config.toml'))
    writeFileSync(at('ann/swarm.key'), 'key')
    writeFileSync(at('ann/passphrase'), 'secret')
    mkdirSync(at('ann/folder'))
    symlinkSync(at('settings'), at('ann/folder/link'))
    const also = ['config.toml', 'swarm.key', 'gone.key', 'folder', '../settings']
    const { files } = await backup({ folder: at('ann'), to: at('copy'), also, now: clock.now() })
    const expected = ['config.toml', 'core/identity.json', 'core/state.db', 'swarm.key']
    expect(files.map(({ path }) => path).sort()).toEqual(expected)
    await restore({ from: at('copy'), folder: at('again'), clock })
    expect(readFileSync(at('again/config.toml'), 'utf8')).toBe('mdns = false')
    expect(readFileSync(at('again/swarm.key'), 'utf8')).toBe('key')
  })

  it('[S-12] a backup and its restoring tell how far they are, and leave nothing behind when they are stopped', async () => {
    const { context } = await start('ann')
    const MIB = 2 ** 20
    writeFileSync(join(context.store.folder, 'film'), new Uint8Array(5 * MIB).fill(3))
    const told: BackupProgress[] = []
    const onProgress = (progress: BackupProgress): void => void told.push(progress)
    const check = (): void => {
      const [first, last] = [told[0]!, told.at(-1)!]
      expect(first).toMatchObject({ doneFiles: 0, doneBytes: 0 })
      expect(last).toEqual({ files: first.files, doneFiles: first.files, bytes: first.bytes, doneBytes: first.bytes })
      expect(first.bytes).toBeGreaterThan(5 * MIB)
      expect(told.length).toBeGreaterThan(6)
      for (const [index, { doneBytes }] of told.entries())
        expect(doneBytes).toBeGreaterThanOrEqual(told[index - 1]?.doneBytes ?? 0)
    }
    const stopAt = (bytes: number) => {
      const controller = new AbortController()
      const stop = ({ doneBytes }: BackupProgress): void => {
        if (doneBytes >= bytes) controller.abort(new Error('enough'))
      }
      return { signal: controller.signal, onProgress: stop }
    }
    const options = { folder: at('ann'), now: clock.now() }
    await expect(backup({ ...options, to: at('stopped'), ...stopAt(2 * MIB) })).rejects.toThrow('enough')
    expect(existsSync(at('stopped'))).toBe(false)
    mkdirSync(at('empty'))
    await expect(backup({ ...options, to: at('empty'), ...stopAt(2 * MIB) })).rejects.toThrow('enough')
    expect(readdirSync(at('empty'))).toEqual([])
    const { files } = await backup({ ...options, to: at('copy'), onProgress })
    check()
    expect(told.at(-1)!.bytes).toBe(files.reduce((sum, { bytes }) => sum + bytes, 0))
    told.length = 0
    const again = { from: at('copy'), folder: at('again'), clock }
    await expect(restore({ ...again, ...stopAt(2 * MIB) })).rejects.toThrow('enough')
    expect([existsSync(at('again.restoring')), readdirSync(at('again'))]).toEqual([false, []])
    await restore({ ...again, onProgress })
    check()
  })
})
