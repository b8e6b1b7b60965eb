/** A node of its own process that fetches one content: `die` kills itself -9 halfway, `finish` tells when it is done. */
import { createNode, systemClock } from '@borgo/core'
import type { Clock } from '@borgo/core'
import { distribution, parseContentId } from '../src/index.ts'
import { recordedPieces } from './neighbours.ts'

const [mode = '', folder = '', link = '', cid = '', target = ''] = process.argv.slice(2)

/** Regular work comes twenty times as often, so that pieces are recorded long before the fetch is done. */
const clock: Clock = { ...systemClock, every: (ms, work) => systemClock.every(ms / 20, work) }

const node = await createNode({ folder, name: 'Ben', listen: ['/ip4/127.0.0.1/tcp/0'], clock })
const { content } = await node.use(distribution())
const group = await node.groups.join(link)

const look = async (): Promise<void> => {
  if (!content.list(group).some(info => info.cid === cid)) return
  undo()
  const { id } = await content.fetch(group, parseContentId(cid))
  const transfer = await content.transfers.finished(id)
  await node.stop()
  process.send?.(transfer)
  process.disconnect()
}
const undo = content.subscribe(() => void look())
if (mode === 'die') setInterval(() => recordedPieces(target) >= 4 && process.kill(process.pid, 'SIGKILL'), 5)
await look()
