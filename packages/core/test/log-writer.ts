/** Appends to a log until it is killed; prints the seq of each record once it is acknowledged. Run by log-crash.test.ts. */
import { systemClock } from '../src/clock.ts'
import { logNode } from '../src/testing/log-node.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import { seededRandom } from '../src/testing/random.ts'
import { GROUP, LOGBOOK } from './logbook.ts'

const [file = '', seed = '0'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const node = await logNode('ann', {
  net: memoryNetwork(),
  clock: systemClock,
  file,
  groups: { [GROUP]: { ann: 'owner' } }
})
for (;;) {
  const burst = Array.from({ length: 1 + Math.floor(random() * 8) }, async () => {
    const { seq } = await node.log.append(GROUP, LOGBOOK, 'x'.repeat(Math.floor(random() * 4_000)))
    process.stdout.write(`${seq}\n`)
  })
  await Promise.all(burst)
}
