import { createNode, type BorgoNode, type Group, type Role } from '@borgo/core'
import { memoryNetwork } from '@borgo/core/testing'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { compute, type Compute, type JobEvent, type JobView, type Sharing } from '../src/index.ts'

export interface Person {
  node: BorgoNode
  compute: Compute
}

/** Whole nodes on one in-memory network. Real processes compute in real time, so nothing here is simulated but the network. */
export interface World extends AsyncDisposable {
  /** A node without plugins. The same name comes back to the same folder. */
  house(name: string): Promise<BorgoNode>
  /** A person whose node shares one slot, unless told otherwise. */
  settle(name: string, sharing?: Partial<Sharing>): Promise<Person>
  /** Everybody in one group of the first one's. */
  together(people: { node: BorgoNode }[], role?: Role): Promise<Group>
}

export async function world(): Promise<World> {
  const network = memoryNetwork({ seed: 11 })
  const root = await mkdtemp(join(tmpdir(), 'borgo-compute-'))
  const nodes: BorgoNode[] = []
  const house = async (name: string): Promise<BorgoNode> => {
    const node = await createNode({ folder: join(root, name), name, network: ({ device }) => network.node(device) })
    nodes.push(node)
    return node
  }
  return {
    house,
    async settle(name, sharing) {
      const node = await house(name)
      const plugin = compute({ priority: 'normal', sharing: { on: true, slots: 1, ...sharing } })
      return { node, compute: await node.use(plugin) }
    },
    async together([first, ...others], role = 'writer') {
      if (!first) throw new TypeError('nobody')
      const group = await first.node.groups.create({ name: 'Pool' })
      const { link } = await group.invite({ role, uses: Math.max(1, others.length) })
      for (const { node } of others) await node.groups.join(link)
      for (const { node } of [first, ...others])
        await expect.poll(() => node.groups.get(group.id)?.members().length, SLOW).toBe(others.length + 1)
      return group
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map(node => node.stop()))
      await rm(root, { recursive: true, force: true })
    }
  }
}

/** For `expect.poll`: computers that run tests are busy. */
export const SLOW = { timeout: 20_000, interval: 10 }

/** Resolves with the first event for which `matches` is true. */
export function happens({ compute }: Person, matches: (event: JobEvent) => boolean): Promise<JobEvent> {
  return new Promise(resolve => {
    const undo = compute.jobs.subscribe(event => {
      if (!matches(event)) return
      undo()
      resolve(event)
    })
  })
}

/** Resolves when the job looks like that to this person. */
export async function looks({ compute }: Person, { id }: JobView, like: (job: JobView) => boolean): Promise<JobView> {
  await expect.poll(() => like(compute.jobs.get(id) ?? ({} as JobView)), SLOW).toBe(true)
  return compute.jobs.get(id) as JobView
}
