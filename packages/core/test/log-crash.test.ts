import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import type { Order } from '../src/log/entry.ts'
import { logNode } from '../src/testing/log-node.ts'
import { memoryNetwork } from '../src/testing/memory-network.ts'
import { seededRandom } from '../src/testing/random.ts'
import { GROUP, LOGBOOK } from './logbook.ts'
import { KILLS, restarting, sayLongest } from './restarting.ts'

/** Lets the writer work and kills it after so many acknowledgements; returns the last one that came through. */
async function killedAfter(file: string, seed: number, acknowledgements: number): Promise<number> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'log-writer.ts'), file, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exit = once(writer, 'exit')
  let last = 0
  let count = 0
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line)
    if (++count === acknowledgements) writer.kill('SIGKILL')
  }
  expect(await exit, `seed ${seed}`).toEqual([null, 'SIGKILL'])
  return last
}

/** The seqs of all records in the file, in shown order. */
async function stored(file: string): Promise<number[]> {
  const node = await restarting(async () => {
    const options = { net: memoryNetwork(), clock: systemClock, file, groups: { [GROUP]: { ann: 'owner' as const } } }
    const opened = await logNode('ann', options)
    opened.log.page(GROUP, [LOGBOOK])
    return opened
  })
  const seqs: number[] = []
  let before: Order | undefined
  do {
    const page = node.log.page(GROUP, [LOGBOOK], { before, limit: 1_000 })
    seqs.unshift(...page.entries.map(({ seq }) => seq))
    before = page.before
  } while (before)
  await node.stop()
  return seqs
}

it(
  '[L-3] [L-86] keeps every acknowledged record, whole and in order, through kill -9 at any moment',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'borgo-crash-'))
    const file = join(folder, 'core.db')
    const random = seededRandom(22)
    try {
      for (let seed = 1; seed <= KILLS.log; seed++) {
        const acknowledged = await killedAfter(file, seed, 1 + Math.floor(random() * 60))
        const seqs = await stored(file)
        expect(seqs.length, `seed ${seed}`).toBeGreaterThanOrEqual(acknowledged)
        expect(seqs).toEqual(Array.from(seqs, (_, index) => index + 1))
      }
      sayLongest(KILLS.log)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  KILLS.log * 6_000
)
