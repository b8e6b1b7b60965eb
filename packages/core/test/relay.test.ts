import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { createNode } from '../src/node.ts'
import type { BorgoNode, NodeOptions } from '../src/node.ts'
import type { Protocol } from '../src/stream.ts'
import { eventually } from '../src/testing/eventually.ts'

const LETTER: Protocol = {
  id: '/borgo/post/letter/1',
  access: 'members',
  maxMessageBytes: 1_048_576,
  maxStreamsPerPeer: 4,
  idleMs: 60_000
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function settle(name: string, options: Partial<NodeOptions> = {}): Promise<BorgoNode> {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-'))
  const node = await createNode({ folder, name, listen: ['/ip4/127.0.0.1/tcp/0'], ...options })
  cleanups.push(
    () => rm(folder, { recursive: true, force: true }),
    () => node.stop()
  )
  return node
}

const post = (node: BorgoNode, received: (letter: Uint8Array) => void = () => undefined) =>
  node.use({
    name: 'post',
    start(context) {
      context.handle(LETTER, async stream => {
        for (let letter = await stream.receive(); letter; letter = await stream.receive()) received(letter)
      })
      return context
    }
  })

it('[T-26] lets members that nobody can dial join, meet and write to each other through a third', async () => {
  const mill = await settle('Mill')
  const [ada, ben] = [await settle('Ada', { listen: [] }), await settle('Ben', { listen: [] })]
  const group = await mill.groups.create({ name: 'Il borgo' })
  const { link } = await group.invite({ uses: 2 })
  for (const node of [ada, ben]) {
    const joined = await node.groups.join(link)
    expect(joined.id).toBe(group.id)
    await eventually(() => expect(node.addresses().join()).toContain(`${mill.self.device}/p2p-circuit/`))
  }
  // They hear of each other's addresses from the mill, and dial.
  await eventually(() =>
    expect(ada.peers.get(ben.self.device)?.connections).toMatchObject([{ path: 'relayed', relay: mill.self.device }])
  )
  const letters: number[] = []
  const [outbox] = [await post(ada), await post(ben, letter => letters.push(letter.length))]
  const shared = ada.groups.get(group.id)
  const stream = await outbox.open(ben.self.device, LETTER, shared ? { group: shared } : {})
  for (let sent = 0; sent < 10; sent++) await stream.send(new Uint8Array(1_000_000))
  await stream.end()
  await eventually(() => expect(letters).toHaveLength(10))
})
