/** One node in a process of its own, told what to do by the script that started it. */
import { createNode } from '@borgo/core'
import type { Peer } from '@borgo/core'

export type Order =
  | { do: 'dial'; address: string }
  | { do: 'found' }
  | { do: 'invite' }
  | { do: 'join'; link: string }
  | { do: 'peers' }
  | { do: 'stop' }

export interface Answer {
  device?: string
  addresses?: string[]
  link?: string
  peers?: Peer[]
  error?: string
}

const [folder = '', name = '', ...listen] = process.argv.slice(2)
const node = await createNode({ folder, name, listen })

async function obey(order: Order): Promise<Answer> {
  if (order.do === 'dial') await node.dial(order.address)
  if (order.do === 'found') await node.groups.create({ name: 'Lab' })
  if (order.do === 'join') await node.groups.join(order.link)
  if (order.do === 'stop') await node.stop()
  const invitation = order.do === 'invite' ? await node.groups.list()[0]?.invite({ uses: 10 }) : undefined
  return {
    device: node.self.device,
    addresses: node.addresses(),
    ...(invitation?.link !== undefined && { link: invitation.link }),
    peers: node.peers.list()
  }
}

process.on('message', (order: Order) => {
  void obey(order)
    .catch((error: unknown): Answer => ({ error: String(error) }))
    .then(answer => process.send?.(answer, () => void (order.do === 'stop' && process.disconnect())))
})
process.on('disconnect', () => process.exit(0))
process.send?.({ device: node.self.device, addresses: node.addresses() } satisfies Answer)
