import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Addresses that would be public, in a network namespace with nothing else in it. Without root it takes a user namespace as well. */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-Urn']

it('[T-44] [T-48] keeps nodes on private networks and nodes with public addresses in tables apart, and knows who can be reached', async () => {
  const [near, far] = [
    ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    ['51.0.0.1', '51.0.0.2', '51.0.0.3']
  ]
  const run = async (addresses: string[]) => {
    const own = addresses.map(address => `ip addr add ${address}/32 dev lo`)
    const script = ['ip link set lo up', ...own, `exec ${process.execPath} ${import.meta.dirname}/dht-node.ts "$@"`]
    const { stdout } = await promisify(execFile)('unshare', [
      ...UNSHARE,
      'sh',
      '-c',
      script.join(' && '),
      'sh',
      ...addresses
    ])
    return stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
  }
  const server = (peers: number) => ({ mode: 'server', peers })
  expect(await run(near)).toEqual(
    near.map(address => ({
      address,
      lan: server(expect.any(Number) as number),
      wan: { mode: 'client', peers: 0 },
      found: ['here'],
      reach: 'unknown'
    }))
  )
  expect(await run(far)).toEqual(
    far.map(address => ({
      address,
      lan: server(0),
      wan: server(expect.any(Number) as number),
      found: ['here'],
      reach: 'reachable'
    }))
  )
})
