import { describe, expect, it } from 'vitest'
import { borgo, startNode, temporaryFolder } from './harness.ts'

describe('budgets', () => {
  it('[N-180] are set, shown and cleared while the node runs, and are the same after a restart', async () => {
    using folder = temporaryFolder()
    {
      await using node = await startNode({ folder: folder.path })
      const data = ['--data', folder.path]
      const { id } = await node.client.groups.create({ body: { name: 'Piazza' } })
      expect((await borgo([...data, 'budget'])).stdout).toContain('no budgets')
      await borgo([...data, 'budget', 'set', 'node', 'up', '1.5M', '--when', 'Mon-Fri 08:00-18:00'])
      await borgo([...data, 'budget', 'set', 'group:Piazza', 'messages', '20'])
      const set = await borgo([...data, 'budget', 'set', 'peer', 'down', '500k'])
      expect(set.stdout).toContain('each peer')
      expect(set.stdout).toContain('1.5 MB/s')
      expect(await node.client.budgets.list()).toMatchObject([
        { of: 'node', resource: 'up', amount: 1_500_000, when: 'mon-fri 08:00-18:00' },
        { of: 'group', id, resource: 'messages', amount: 20, used: 0, waiting: 0, isActive: true },
        { of: 'peer', resource: 'down', amount: 500_000 }
      ])
      const cleared = await borgo([...data, '--json', 'budget', 'clear', 'group:Piazza', 'messages'])
      expect(cleared.json<unknown[]>()).toHaveLength(2)
    }
    await using again = await startNode({ folder: folder.path })
    expect(await again.client.budgets.list()).toMatchObject([{ of: 'node' }, { of: 'peer' }])
  })

  it('[N-182] for storage are set and shown while the node runs, with what is stored and by whom', async () => {
    await using node = await startNode({ name: 'Ada' })
    const data = ['--data', node.folder]
    const { id } = await node.client.groups.create({ body: { name: 'Piazza' } })
    await node.client.chat.send({ params: { group: id }, body: { text: 'ciao' } })
    await borgo([...data, 'budget', 'set', 'group:Piazza', 'storage', '5M'])
    await borgo([...data, 'budget', 'set', 'peer', 'storage', '2M'])
    const set = await borgo([...data, 'budget', 'set', 'node', 'storage', '20G'])
    expect(set.stdout).toMatch(/node +storage +[\d.]+ (?:kB|B) +20 GB/)
    const { bytes, members, quota } = await node.client.groups.storage({ params: { group: id } })
    expect(quota).toEqual({ memberBytes: 2e6, groupBytes: 5e6, nodeBytes: 20e9 })
    expect(members).toMatchObject([{ bytes, quotaBytes: 2e6 }])
    expect(await node.client.budgets.list()).toMatchObject([
      { of: 'group', id, used: bytes, usedBy: id },
      { of: 'peer', used: bytes, usedBy: members[0]?.account },
      { of: 'node' }
    ])
    expect((await borgo([...data, 'group', 'storage', 'Piazza'])).stdout).toMatch(/Ada +\d+ +[\d.]+ (?:kB|B) +2 MB/)
  })

  it('[N-193] for storage of a plugin count its files and records, refuse what does not fit, and show it', async () => {
    await using node = await startNode({ name: 'Ada' })
    const data = ['--data', node.folder]
    const { id: group } = await node.client.groups.create({ body: { name: 'Piazza' } })
    await node.client.chat.send({ params: { group }, body: { text: 'ciao' } })
    await borgo([...data, 'budget', 'set', 'plugin:distribution', 'storage', '5M'])
    const upload = (name: string, mebibytes: number) =>
      node.client.content.upload({
        params: { group },
        query: { name },
        body: new Uint8Array(mebibytes * 2 ** 20).fill(7)
      })
    const { cid } = await upload('small.bin', 3)
    await expect(upload('large.bin', 4)).rejects.toMatchObject({ code: 'STORAGE_LIMIT', status: 507 })
    expect(await node.client.storage.use()).toMatchObject({
      plugins: [
        { plugin: 'distribution', keptBytes: 3 * 2 ** 20, limitBytes: expect.any(Number) },
        { plugin: 'rtc', recordBytes: expect.any(Number), keptBytes: 0 }
      ]
    })
    expect((await borgo([...data, 'storage'])).stdout).toMatch(/^distribution .*\n(?:.*\n)*rtc /m)
    expect((await borgo([...data, 'budget'])).stdout).toMatch(/plugin distribution +storage +3/)
    expect((await borgo([...data, 'content', 'discard', 'Piazza', 'small.bin'])).stdout).toContain('not on this node')
    expect((await node.client.content.get({ params: { group, cid } })).held).toEqual({ state: 'none' })
    await upload('large.bin', 4)
    await borgo([...data, 'budget', 'set', 'plugin:rtc', 'storage', '1.1M'])
    const long = 'x'.repeat(4_000)
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 400; n++) await node.client.chat.send({ params: { group }, body: { text: `${n} ${long}` } })
    }
    await expect(fill()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', status: 507 })
  })

  it('[N-180] that cannot be are refused with what is wrong, and change nothing', async () => {
    await using node = await startNode()
    const data = ['--data', node.folder]
    for (const [args, what] of [
      [['set', 'node', 'up', 'much'], 'a number such as'],
      [['set', 'street', 'up', '1M'], 'what a budget is for'],
      [['set', 'node', 'up', '1M', '--when', 'soon'], 'not times of the week'],
      [['clear', 'node', 'up'], 'there is no budget']
    ] as const) {
      const { code, stderr } = await borgo([...data, 'budget', ...args])
      expect(code).not.toBe(0)
      expect(stderr).toContain(what)
    }
    for (const body of [
      { of: 'node', id: 'x', resource: 'streams', amount: 1 },
      { of: 'node', resource: 'up', amount: 16_383 },
      { of: 'plugin', id: 'core', resource: 'storage', amount: 2 ** 30 }
    ] as const)
      await expect(node.client.budgets.set({ body })).rejects.toMatchObject({ code: 'BAD_BUDGET' })
    expect(await node.client.budgets.list()).toEqual([])
  })

  it('[N-180] that change are told to who listens', async () => {
    await using node = await startNode()
    const controller = new AbortController()
    const events = node.client.events(['budgets'], { signal: controller.signal })
    const next = events[Symbol.asyncIterator]().next()
    let hasCome = false
    void next.then(() => (hasCome = true))
    // It takes a moment until somebody listens.
    for (let amount = 1; !hasCome; amount++)
      await node.client.budgets.set({ body: { of: 'plugin', id: 'rtc', resource: 'streams', amount } })
    expect((await next).value).toMatchObject({ topic: 'budgets', data: [{ id: 'rtc', resource: 'streams' }] })
    controller.abort()
  })
})
