import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '../src/node.ts'
import type { BorgoNode, NodeOptions } from '../src/node.ts'

/** Starts nodes over real libp2p, on loopback, by no means of discovery but those that a test switches on. */
export interface Household {
  /** Of the nodes' folders, each by its name. */
  readonly root: string
  start(name: string, options?: Partial<NodeOptions>): Promise<BorgoNode>
  /** Ada and Ben, members of one group, each stopped. */
  apart(): Promise<void>
  stop(): Promise<void>
  /** Stops, and forgets everybody. */
  end(): Promise<void>
}

export async function household(): Promise<Household> {
  const root = await mkdtemp(join(tmpdir(), 'borgo-'))
  const running = new Set<BorgoNode>()
  const start: Household['start'] = async (name, options) => {
    const listen = ['/ip4/127.0.0.1/tcp/0']
    const node = await createNode({ folder: join(root, name), name, listen, mdns: false, dht: 'off', ...options })
    running.add(node)
    return node
  }
  const stop = async (): Promise<void> => {
    await Promise.all([...running].map(node => node.stop()))
    running.clear()
  }
  return {
    root,
    start,
    async apart() {
      const [ada, ben] = [await start('Ada'), await start('Ben')]
      const group = await ada.groups.create({ name: 'Il borgo' })
      await ben.groups.join((await group.invite()).link)
      await stop()
    },
    stop,
    async end() {
      await stop()
      await rm(root, { recursive: true, force: true })
    }
  }
}
