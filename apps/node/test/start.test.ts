import { chmodSync, closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PLUGINS } from '../src/config/settings.ts'
import { borgo, spawnBorgo, startNode, temporaryFolder } from './harness.ts'

const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns']

/** Keeps a port of 127.0.0.1 busy. */
async function occupy(port = 0): Promise<{ port: number } & Disposable> {
  const server: Server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() }
}

it('[N-1] [N-6] says what it needs to say, and is the same device on the same addresses after stop and kill -9', async () => {
  await using node = await startNode({ name: 'Ada' })
  const { started } = node
  expect(started).toMatchObject({ name: 'Ada', folder: node.folder })
  expect(started.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=borgo_l_[\w-]{43}$/)
  expect(started.addresses[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW/)
  const group = await node.client.groups.create({ body: { name: 'Family' } })

  expect(await node.stop()).toBe(0)
  const again = await startNode({ folder: node.folder, name: 'ignored: the stored one counts' })
  await again.kill()
  await using third = await startNode({ folder: node.folder })
  for (const { account, device, addresses, name } of [again.started, third.started])
    expect({ account, device, addresses, name }).toEqual({
      account: started.account,
      device: started.device,
      addresses: started.addresses,
      name: 'Ada'
    })
  expect((await third.client.groups.list()).map(({ id }) => id)).toEqual([group.id])
})

it('[N-1] tells a person what it is and what to do next', async () => {
  using folder = temporaryFolder()
  const child = spawnBorgo(['start', '--data', folder.path, ...LOOPBACK, '--api-port', '0', '--name', 'Ada'])
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk as string
    if (output.includes('Next: ')) child.kill('SIGTERM')
  }
  expect(output).toMatch(/^Borgo: a peer-to-peer node/)
  for (const fact of ['Ada', folder.path, '/p2p/12D3KooW', '/#token=', 'borgo open', 'borgo group create'])
    expect(output).toContain(fact)
})

it('[N-2] refuses a folder that another node runs on, which goes on undisturbed', async () => {
  await using node = await startNode()
  const second = await borgo(['start', '--data', node.folder, ...LOOPBACK, '--api-port', '0'])
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toContain(`${node.folder}: another node runs on this folder`)
  expect((await node.client.status.get()).health.status).toBe('ok')
  expect((await node.borgo('status')).code).toBe(0)
})

it('[N-3] refuses an API port that was asked for and is taken', async () => {
  using busy = await occupy()
  using folder = temporaryFolder()
  const { code, stderr } = await borgo(['start', '--data', folder.path, ...LOOPBACK, '--api-port', String(busy.port)])
  expect(code).toBe(1)
  expect(stderr).toContain(`port ${busy.port} is in use: choose another with --api-port`)
})

it('[N-3] refuses a peer port that was asked for and is taken', async () => {
  using busy = await occupy()
  using folder = temporaryFolder()
  const listen = `/ip4/127.0.0.1/tcp/${busy.port}`
  const { code, stderr } = await borgo([
    'start',
    '--data',
    folder.path,
    '--no-mdns',
    '--api-port',
    '0',
    '--listen',
    listen
  ])
  expect(code).toBe(1)
  expect(stderr).toContain(String(busy.port))
})

it('[N-3] chooses a remembered peer port anew when it was taken meanwhile', async () => {
  await using node = await startNode()
  const port = Number(/tcp\/(\d+)/.exec(node.started.addresses[0] ?? '')?.[1])
  await node.stop()
  using _busy = await occupy(port)
  await using again = await startNode({ folder: node.folder })
  expect(again.started.device).toBe(node.started.device)
  expect(again.started.addresses).not.toEqual(node.started.addresses)
})

it('[N-4] says that a folder cannot be made, and where', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  const { code, stderr } = await borgo(['start', '--data', join(file, 'node'), ...LOOPBACK])
  expect(code).toBe(1)
  expect(stderr).toContain(join(file, 'node'))
  expect(stderr).not.toContain('    at ')
})

it('[N-4] leaves a damaged database as it is and says what helps', async () => {
  await using node = await startNode()
  await node.stop()
  const file = join(node.folder, 'core', 'state.db')
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(100, 0xff), 0, 100, 0)
  closeSync(handle)
  const before = readFileSync(file)
  const { code, stderr } = await borgo(['start', '--data', node.folder, ...LOOPBACK, '--api-port', '0'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/state\.db: .*restore the folder from a backup/)
  expect(readFileSync(file)).toEqual(before)
})

it('[N-4] refuses keys that others can read', async () => {
  await using node = await startNode()
  await node.stop()
  const keys = readdirSync(join(node.folder, 'core')).find(name => name.endsWith('.json')) ?? ''
  const path = join(node.folder, 'core', keys)
  chmodSync(path, 0o644)
  const { code, stderr } = await borgo(['start', '--data', node.folder, ...LOOPBACK, '--api-port', '0'])
  expect(code).toBe(4)
  expect(stderr).toContain(path)
})

it('[N-4] encrypts the keys with a passphrase and refuses a wrong one', async () => {
  using folder = temporaryFolder()
  const [right, wrong] = [join(folder.path, 'right'), join(folder.path, 'wrong')]
  writeFileSync(right, 'correct horse\n')
  writeFileSync(wrong, 'battery staple\n')
  const data = join(folder.path, 'node')
  const node = await startNode({ folder: data, args: ['--passphrase-file', right] })
  expect(await node.stop()).toBe(0)
  const refused = await borgo(['start', '--data', data, ...LOOPBACK, '--api-port', '0', '--passphrase-file', wrong])
  expect(refused.code).toBe(4)
  const again = await startNode({ folder: data, args: ['--passphrase-file', right] })
  expect(again.started.device).toBe(node.started.device)
  await again.stop()
})

it.each(['SIGTERM', 'SIGINT'] as const)('[N-5] stops on %s, what it acknowledged is kept', async signal => {
  await using node = await startNode()
  const ended = once(node.process, 'close')
  const abort = new AbortController()
  const opened = Promise.withResolvers<void>()
  const listening = (async () => {
    const options = { signal: abort.signal, reconnect: false, onOpen: opened.resolve }
    for await (const event of node.client.events(['groups'], options)) expect(event.topic).toBe('groups')
  })()
  await opened.promise
  const creating = node.client.groups.create({ body: { name: 'last' } }).then(
    ({ name }) => [name],
    (error: unknown) => {
      // The signal may have been the faster: then the request is refused, not lost.
      expect(error).toMatchObject({ code: 'STOPPED' })
      return []
    }
  )
  node.process.kill(signal)
  const [created] = await Promise.all([creating, ended, listening])
  expect(node.process.exitCode).toBe(0)
  await using again = await startNode({ folder: node.folder })
  expect((await again.client.groups.list()).map(({ name }) => name)).toEqual(created)
})

it('[N-7] reports its plugins', async () => {
  await using node = await startNode()
  const { plugins, health } = await node.client.status.get()
  expect(plugins.map(({ name, state }) => [name, state])).toEqual(PLUGINS.map(name => [name, 'running']))
  expect(health).toEqual({ status: 'ok', problems: [] })
})

it('[N-240] runs the plugins that it was told to, and starts and stops them while it runs', async () => {
  await using node = await startNode({ args: ['--plugins', 'rtc', 'collab'] })
  const states = async () => (await node.client.plugins.list()).map(({ name, state }) => `${name} ${state}`)
  const off = { code: 'PLUGIN_STOPPED', status: 503 }
  expect(await states()).toEqual(['rtc running', 'distribution stopped', 'collab running', 'compute stopped'])
  await expect(node.client.compute.jobs()).rejects.toMatchObject(off)
  expect((await node.client.status.health()).status).toBe('ok')

  const group = await node.client.groups.create({ body: { name: 'Village' } })
  await node.client.chat.send({ params: { group: group.id }, body: { text: 'before' } })
  const abort = new AbortController()
  const opened = Promise.withResolvers<void>()
  const told: string[] = []
  const listening = (async () => {
    const options = { signal: abort.signal, reconnect: false, onOpen: opened.resolve }
    for await (const { data } of node.client.events(['plugins'], options)) {
      told.push(`${data?.name} ${data?.state}`)
      if (told.length === 2) return
    }
  })()
  await opened.promise
  expect((await node.borgo('plugin', 'stop', 'rtc')).stdout).toContain('rtc is stopped')
  await expect(node.client.chat.conversations()).rejects.toMatchObject(off)
  expect((await node.client.status.health()).status).toBe('ok')
  expect(await node.client.workspaces.list()).toEqual([])
  expect((await node.borgo('plugin', 'start', 'rtc')).stdout).toContain('rtc runs')
  await listening
  expect(told).toEqual(['rtc stopped', 'rtc running'])
  const { messages } = await node.client.chat.messages({ params: { group: group.id } })
  expect(messages.map(({ text }) => text)).toEqual(['before'])
  expect((await node.borgo('plugin')).stdout).toMatch(/compute +stopped/)
  expect((await node.borgo('plugin', 'stop', 'chess')).code).toBe(5)
})

it('[N-34] [N-242] speaks the format of Prometheus, to a token that is for nothing else', async () => {
  await using node = await startNode()
  const created = await node.borgo('token', 'create', 'prometheus', '--scope', 'metrics')
  const headers = { authorization: `Bearer ${created.stdout.trim()}` }
  await node.borgo('budget', 'set', 'node', 'up', '2M')
  const device = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'
  await node.client.peers.deny({ body: { device, ms: 60_000 } })
  const group = await node.client.groups.create({ body: { name: 'Village' } })
  await node.client.chat.send({ params: { group: group.id }, body: { text: 'secret' } })
  const response = await fetch(`${node.started.api}/metrics`, { headers })
  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain')
  for (const line of [
    'borgo_peers 0',
    'borgo_reachable{ip="4"} 0',
    'borgo_reachable{ip="6"} 0',
    'borgo_relays 0',
    'borgo_upnp{state="off"} 1',
    'borgo_upnp{state="mapped"} 0',
    'borgo_dht_nodes{table="lan"} 0',
    'borgo_denied{what="device"} 1',
    'borgo_denied{what="host"} 0',
    'borgo_groups 1',
    'borgo_log_records 1',
    'borgo_budget_amount{budget="node up"} 2000000',
    'borgo_budget_used{budget="node up"} 0',
    'borgo_plugin_running{plugin="rtc"} 1',
    'borgo_transfers{state="running"} 0',
    'borgo_transfers{state="paused"} 0',
    'borgo_traffic_bytes_total{direction="in"} 0',
    'process_resident_memory_bytes'
  ])
    expect(text).toContain(line)
  expect(text).toMatch(/borgo_storage_bytes\{plugin="rtc"\} [1-9]/)
  expect(text).toMatch(/borgo_http_answers_total\{status="201"\} \d/)
  for (const secret of [group.id, 'secret', 'Village', node.folder]) expect(text).not.toContain(secret)
  expect((await fetch(`${node.started.api}/api/v1/status`, { headers })).status).toBe(403)
})
