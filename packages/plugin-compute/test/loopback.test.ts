import { createNode } from '@borgo/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compute, readBuiltin } from '../src/index.ts'
import { localSum } from './engine.ts'
import { fixture, rounds } from './modules.ts'

it('[W-30] works over real connections: a member without the module fetches it and takes part', async () => {
  const root = await mkdtemp(join(tmpdir(), 'borgo-compute-'))
  const settle = async (name: string) => {
    const node = await createNode({ folder: join(root, name), name, listen: ['/ip4/127.0.0.1/tcp/0'] })
    return { node, compute: await node.use(compute({ priority: 'normal', sharing: { on: true, slots: 1 } })) }
  }
  const [ada, ben] = [await settle('Ada'), await settle('Ben')]
  try {
    const group = await ada.node.groups.create({ name: 'Pool' })
    await ben.node.groups.join((await group.invite()).link)
    const { jobs } = ada.compute
    const helped = new Promise<void>(resolve =>
      jobs.subscribe(event => event.type === 'part' && event.worker === ben.node.self.device && resolve())
    )
    const long = await jobs.start({ group: group.id, module: fixture('spin'), input: rounds(1_000), hi: 100_000_000 })
    await helped
    jobs.cancel(long.id)
    const spin = await jobs.start({ group: group.id, module: fixture('spin'), input: rounds(500), hi: 400_000 })
    expect((await jobs.finished(spin.id)).sum).toBe(await localSum(fixture('spin'), rounds(500), 0, 400_000))
    const primes = await jobs.start({ group: group.id, module: await readBuiltin('primes'), hi: 100_000_000 })
    expect((await jobs.finished(primes.id)).sum).toBe(5_761_455n)
  } finally {
    await Promise.all([ada, ben].map(({ node }) => node.stop()))
    await rm(root, { recursive: true, force: true })
  }
})
