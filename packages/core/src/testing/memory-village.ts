import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createNode } from '../node.ts'
import type { BorgoNode } from '../node.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'
import { memoryNetwork } from './memory-network.ts'
import type { MemoryNetwork, MemoryNetworkOptions } from './memory-network.ts'

/** Whole nodes on real disks, joined by one seeded in-memory network and one manual clock: for stories of plugins. */
export interface Village {
  readonly clock: ManualClock
  readonly network: MemoryNetwork
  /** A new node of a new person; its clock may be ahead of the village's. */
  settle(name: string, options?: { aheadMs?: number }): Promise<BorgoNode>
  /** Lets time pass until the condition holds; throws after `limitMs` of the village's time (default 5 minutes). */
  until(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>
  /** Lets time pass until the promise settles. */
  run<T>(promise: Promise<T>): Promise<T>
  /** Cuts a node off from all others, and puts it back. */
  isolate(node: BorgoNode): void
  rejoin(node: BorgoNode): void
  /** Stops a node and starts it again on its folder, without plugins. */
  restart(node: BorgoNode): Promise<BorgoNode>
  stop(): Promise<void>
}

/** Village time that passes in one step, ms. */
const STEP_MS = 10

export async function createVillage(options: Omit<MemoryNetworkOptions, 'clock'> = {}): Promise<Village> {
  const clock = manualClock()
  const network = memoryNetwork({ ...options, clock })
  const root = await mkdtemp(join(tmpdir(), 'borgo-'))
  const nodes = new Map<BorgoNode, { folder: string; aheadMs: number }>()
  let houses = 0

  const start = async (folder: string, name: string, aheadMs: number): Promise<BorgoNode> => {
    const own = { ...clock, now: () => clock.now() + aheadMs }
    const node = await createNode({ folder, name, clock: own, network: ({ device }) => network.node(device) })
    nodes.set(node, { folder, aheadMs })
    return node
  }
  const others = (node: BorgoNode): BorgoNode[] => [...nodes.keys()].filter(other => other !== node)

  /** A step of time; leaves room for what really takes time: disk, threads. */
  const pass = async (): Promise<void> => {
    await clock.advance(STEP_MS)
    await setImmediate()
  }

  const village: Village = {
    clock,
    network,
    settle: (name, { aheadMs = 0 } = {}) => start(join(root, String(houses++)), name, aheadMs),
    async until(condition, limitMs = 300_000) {
      const end = clock.now() + limitMs
      while (!(await condition())) {
        if (clock.now() >= end) throw new Error(`not so after ${limitMs} ms: ${condition}`)
        await pass()
      }
    },
    async run(promise) {
      let isSettled = false
      const settled = promise.finally(() => (isSettled = true))
      settled.catch(() => undefined)
      while (!isSettled) await pass()
      return await settled
    },
    isolate(node) {
      for (const { self } of others(node)) network.partition(node.self.device, self.device)
    },
    rejoin(node) {
      for (const { self } of others(node)) network.heal(node.self.device, self.device)
    },
    async restart(node) {
      const house = nodes.get(node)
      if (house === undefined) throw new TypeError('no node of this village')
      nodes.delete(node)
      await village.run(node.stop())
      return await start(house.folder, node.self.name, house.aheadMs)
    },
    async stop() {
      await village.run(Promise.all([...nodes.keys()].map(node => node.stop())))
      await rm(root, { recursive: true, force: true })
    }
  }
  return village
}
