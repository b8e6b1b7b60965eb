import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { borgo, startNode, temporaryFolder } from './harness.ts'

describe('backup and restore', () => {
  it('[N-194] are shown in files and bytes of all while they run', async () => {
    using folder = temporaryFolder()
    const [home, copy, again] = ['home', 'copy', 'again'].map(name => join(folder.path, name))
    {
      await using node = await startNode({ folder: home! })
      const { id: group } = await node.client.groups.create({ body: { name: 'Piazza' } })
      const body = new Uint8Array(6 * 2 ** 20).fill(7)
      await node.client.content.upload({ params: { group }, query: { name: 'film.bin' }, body })
    }
    const figures = /(\d+) % of [\d.]+ \w+, (\d+) of (\d+) files/
    for (const [data, args] of [
      [home!, ['backup', copy!]],
      [again!, ['restore', copy!]]
    ] as const) {
      const { code, stderr } = await borgo(['--data', data, ...args])
      expect(code).toBe(0)
      const lines = stderr.split('\n').filter(line => figures.test(line))
      expect(lines.length).toBeGreaterThan(1)
      expect(stderr).toMatch(/: 100 % of/)
    }
  })

  it('[N-130] checks and copies a running node, and makes a new device of the copy, with its groups and messages', async () => {
    using folder = temporaryFolder()
    const [copy, again] = [join(folder.path, 'copy'), join(folder.path, 'again')]
    let group: string
    {
      await using node = await startNode()
      const data = ['--data', node.folder]
      group = (await node.client.groups.create({ body: { name: 'Piazza' } })).id
      await node.client.chat.send({ params: { group }, body: { text: 'Il caffè è pronto' } })
      expect((await borgo([...data, 'chat', 'search', 'caffe'])).stdout).toContain('Il caffè è pronto')
      const identity = await node.client.status.identity()
      const search = async (...options: string[]): Promise<string> =>
        (await borgo([...data, 'chat', 'search', 'caffe', ...options])).stdout
      expect(await search('--since', '1h', '--by', identity.name)).toContain('Il caffè è pronto')
      expect(await search('--until', '2026-01-01')).toContain('nothing found')
      expect((await borgo([...data, 'chat', 'search', 'caffe', '--by', 'Nobody'])).code).toBe(2)
      expect((await borgo([...data, 'chat', 'search', 'caffe', '--since', 'yesterday'])).code).toBe(2)
      expect((await borgo([...data, 'check'])).stdout).toContain('all whole')
      expect((await borgo([...data, 'backup', copy])).code).toBe(0)
      expect((await borgo([...data, 'backup', copy])).stderr).toContain('choose an empty folder')
      await expect(node.client.storage.backup({ body: { to: 'here' } })).rejects.toMatchObject({
        code: 'RELATIVE_PATH'
      })
      const other = join(folder.path, 'other')
      const ended = new AbortController()
      const events = node.client.events(['backup'], { signal: ended.signal })
      const told = events[Symbol.asyncIterator]().next()
      let isHeard = false
      void told.then(() => (isHeard = true))
      // It takes a moment until somebody listens.
      let made = await node.client.storage.backup({ body: { to: other } })
      for (let n = 0; !isHeard; n++) made = await node.client.storage.backup({ body: { to: `${other}${n}` } })
      expect((await told).value).toMatchObject({
        topic: 'backup',
        data: { files: made.files, doneBytes: expect.any(Number), bytes: expect.any(Number) }
      })
      ended.abort()
      expect(made.files).toBeGreaterThan(2)
    }
    const restored = await borgo(['--data', again, '--json', 'restore', copy])
    expect(restored.json<{ groups: string[] }>().groups).toEqual([group])
    expect((await borgo(['--data', again, 'restore', copy])).code).toBe(1)
    expect((await borgo(['--data', join(folder.path, 'third'), 'restore', folder.path])).stderr).toContain(
      'no finished'
    )
    expect(existsSync(join(folder.path, 'third.restoring'))).toBe(false)
    const { device, before } = restored.json<{ device: string; before: string }>()
    await using node = await startNode({ folder: again })
    expect((await node.client.status.identity()).device).toBe(device)
    expect(device).not.toBe(before)
    const { messages } = await node.client.chat.messages({ params: { group } })
    expect(messages.map(({ text, mine }) => ({ text, mine }))).toEqual([{ text: 'Il caffè è pronto', mine: true }])
    await node.client.chat.send({ params: { group }, body: { text: 'di nuovo qui' } })
  })
})
