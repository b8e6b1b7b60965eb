import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

  it('[N-255] a restored node of a private network stays in it, with all of its settings', async () => {
    using folder = temporaryFolder()
    const [home, copy, again] = ['home', 'copy', 'again'].map(name => join(folder.path, name)) as [
      string,
      string,
      string
    ]
    const passphrase = join(folder.path, 'passphrase')
    mkdirSync(home)
    writeFileSync(passphrase, 'a secret of the village\n')
    await borgo(['swarm-key', join(home, 'swarm.key')])
    const settings = `swarm-key-file = "swarm.key"\ndht = "off"\nrelay = "off"\npassphrase-file = "${passphrase}"\n`
    writeFileSync(join(home, 'config.toml'), settings)
    await using ada = await startNode({ folder: home, name: 'Ada' })
    expect((await ada.borgo('backup', copy)).code).toBe(0)
    // The daemon copies the same.
    await ada.client.storage.backup({ body: { to: `${copy}2` } })
    expect(readdirSync(`${copy}2`).sort()).toEqual(readdirSync(copy).sort())

    const restored = await borgo(['--data', again, 'restore', copy, '--passphrase-file', passphrase])
    expect(restored.stderr).toContain(`its settings came along: ${join(again, 'config.toml')}`)
    expect(restored.stderr).toContain(
      `passphrase-file is ${passphrase}: this file is no part of the backup; one is there`
    )
    expect(restored.stderr).not.toContain('swarm-key-file')
    await using node = await startNode({ folder: again })
    const { dht } = (await node.client.status.get()).reach
    expect(dht).toMatchObject({ lan: { mode: 'off' }, wan: { mode: 'off' } })
    const body = { address: node.started.addresses[0]! }
    expect(await ada.client.peers.dial({ body })).toMatchObject({ device: node.started.device })
    await using eve = await startNode({ name: 'Eve' })
    await expect(eve.client.peers.dial({ body })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('[N-255] restoring says what the settings name and is not there, and that there are none', async () => {
    using folder = temporaryFolder()
    const at = (name: string): string => join(folder.path, name)
    {
      await using node = await startNode({ folder: at('home') })
      await node.stop()
    }
    expect((await borgo(['--data', at('home'), 'backup', at('bare')])).code).toBe(0)
    const bare = await borgo(['--data', at('again'), 'restore', at('bare')])
    expect(bare.stderr).toContain('no settings came along')

    await borgo(['swarm-key', at('home/swarm.key')])
    const settings = `swarm-key-file = "${at('home/swarm.key')}"\npassphrase-file = "/nowhere/passphrase"\n`
    writeFileSync(at('home/config.toml'), settings)
    expect((await borgo(['--data', at('home'), 'backup', at('copy')])).code).toBe(0)
    rmSync(at('home'), { recursive: true })
    const { stderr } = await borgo(['--data', at('moved'), 'restore', at('copy')])
    expect(stderr).toContain('passphrase-file is /nowhere/passphrase: this file is no part of the backup: bring it')
    expect(stderr).toContain(`it lies in ${at('moved/swarm.key')} now: change the setting`)
    // It starts on no other network than its own.
    expect((await borgo(['--data', at('moved'), 'start'])).stderr).toContain('/nowhere/passphrase')

    writeFileSync(at('moved/config.toml'), 'dth = "off"\n')
    expect((await borgo(['--data', at('moved'), 'backup', at('broken')])).code).toBe(0)
    const broken = await borgo(['--data', at('third'), 'restore', at('broken')])
    expect(broken.stderr).toContain('will not start with them')
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
      expect((await borgo([...data, 'search', 'caffe'])).stdout).toContain('Il caffè è pronto')
      const identity = await node.client.status.identity()
      const search = async (...options: string[]): Promise<string> =>
        (await borgo([...data, 'search', 'caffe', ...options])).stdout
      expect(await search('--since', '1h', '--by', identity.name)).toContain('Il caffè è pronto')
      expect(await search('--until', '2026-01-01')).toContain('nothing found')
      expect((await borgo([...data, 'search', 'caffe', '--by', 'Nobody'])).code).toBe(5)
      expect((await borgo([...data, 'search', 'caffe', '--since', 'yesterday'])).code).toBe(2)
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
