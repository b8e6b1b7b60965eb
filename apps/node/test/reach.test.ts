import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { socketFetch } from '../src/cli/socket-fetch.ts'
import { borgo, startNode, temporaryFolder } from './harness.ts'

describe('how a node is reached', () => {
  it('[N-170] is part of its status, over the API, by a command and as metrics', async () => {
    await using hub = await startNode({ name: 'Hub' })
    await using node = await startNode({ name: 'Ada', args: ['--bootstrap', hub.started.addresses[0]!] })
    const reach = async () => (await node.client.status.get()).reach
    // Nodes on one machine are in each other's table of private networks.
    await vi.waitFor(async () => expect((await reach()).dht.lan.peers).toBe(1), { timeout: 20_000 })
    expect(await reach()).toMatchObject({
      ipv4: { state: 'absent' },
      ipv6: { state: 'absent' },
      relays: [],
      upnp: { state: 'off' },
      dht: { lan: { mode: 'server', peers: 1 }, wan: { mode: 'client', peers: 0 } },
      discovery: { places: 0, notes: 0, alone: 0 }
    })
    const { stdout } = await borgo(['--data', node.folder, 'status'])
    expect(stdout).toContain('1 nodes on private networks (server), 0 beyond (client)')
    expect(stdout).toMatch(/over IPv4 +not at all: no such address but loopback/)
    const answer = await socketFetch(node.started.socket)('http://localhost/metrics', {})
    const metrics = await answer.text()
    expect(metrics).toContain('borgo_dht_nodes{table="lan"} 1')
  })

  it('[N-171] without the DHT, and by a router that nobody answers for, since there is none on loopback', async () => {
    await using node = await startNode({ args: ['--dht', 'off', '--upnp'] })
    const { reach } = await node.client.status.get()
    expect(reach).toMatchObject({ dht: { lan: { mode: 'off' }, wan: { mode: 'off' } }, upnp: { state: 'searching' } })
    const { stdout } = await borgo(['--data', node.folder, 'status'])
    expect(stdout).toMatch(/dht +off/)
    expect(stdout).toMatch(/upnp +no router answered yet/)
  })
})

describe('a private network', () => {
  it('[N-172] is made by a key: who has it gets in, and nobody else', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'swarm.key')
    expect((await borgo(['--json', 'swarm-key', file])).json()).toEqual({ path: file })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const key = readFileSync(file, 'utf8')
    expect(key).toMatch(/^\/key\/swarm\/psk\/1\.0\.0\/\n\/base16\/\n[0-9a-f]{64}\n$/)
    // A key that is in use is left alone.
    expect(await borgo(['swarm-key', file])).toMatchObject({ code: 2 })
    expect(readFileSync(file, 'utf8')).toBe(key)

    const args = ['--swarm-key-file', file]
    await using ada = await startNode({ name: 'Ada', args })
    await using ben = await startNode({ name: 'Ben', args })
    await using eve = await startNode({ name: 'Eve' })
    const body = { address: ada.started.addresses[0]! }
    await expect(eve.client.peers.dial({ body })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(await ben.client.peers.dial({ body })).toMatchObject({ device: ada.started.device })

    writeFileSync(file, key.slice(0, 40))
    const broken = await borgo(['--data', join(folder.path, 'data'), 'start', '--no-mdns', '--api-port', '0', ...args])
    expect(broken.code).not.toBe(0)
    expect(broken.stderr).toContain('swarm key')
  })
})
