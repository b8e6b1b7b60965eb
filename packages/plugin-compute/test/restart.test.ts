import { createNode } from '@borgo/core'
import { memoryNetwork } from '@borgo/core/testing'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compute } from '../src/index.ts'
import { localSum } from './engine.ts'
import { fixture, rounds } from './modules.ts'

/** Runs a node in a process of its own and kills it when so many parts were accepted. */
async function killed(folder: string, afterParts: number): Promise<void> {
  const program = fileURLToPath(new URL('./fixtures/coordinating.ts', import.meta.url))
  const node = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let parts = 0
  for await (const line of createInterface({ input: node.stdout })) {
    parts += line === 'part' ? 1 : 0
    if (parts === afterParts) node.kill('SIGKILL')
  }
}

it('[W-34] goes on after its coordinator was killed with SIGKILL, and counts nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-compute-'))
  try {
    await killed(folder, 6)
    const network = memoryNetwork()
    const node = await createNode({ folder, name: 'Ada', network: ({ device }) => network.node(device) })
    const { jobs } = await node.use(compute({ priority: 'normal', sharing: { slots: 1 } }))
    const [before] = jobs.list()
    expect(before).toMatchObject({ state: 'running' })
    expect(before?.workers[0]?.parts).toBeGreaterThanOrEqual(6)
    const after = await jobs.finished(before!.id)
    expect(after.sum).toBe(await localSum(fixture('spin'), rounds(1_000), 0, 1_500_000))
    expect(after.workers.reduce((sum, { indices }) => sum + indices, 0)).toBe(1_500_000)
    expect(after.workers[0]?.parts).toBeGreaterThan(before?.workers[0]?.parts ?? 0)
    await node.stop()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
