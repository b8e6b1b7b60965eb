import { fork } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { PeerId } from '../src/ids.ts'
import type { Command, Seen } from './skewed-node.ts'

const HOUR_MS = 3_600_000
const YEARS_40_HOURS = 40 * 365 * 24

async function started(folder: string, skewHours: number) {
  const child = fork(join(import.meta.dirname, 'skewed-node.ts'), [folder, String(skewHours * HOUR_MS)])
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    if (child.connected) child.disconnect()
    await exit
  })
  const ended = new AbortController()
  void exit.then(([code]) => ended.abort(new Error(`the node ended with ${code}`)))
  const answers = on(child, 'message', { signal: ended.signal })
  const answer = async (): Promise<unknown> => {
    const { value } = (await answers.next()) as { value: [{ result?: unknown; error?: string }] }
    if (value[0].error !== undefined) throw new Error(value[0].error)
    return value[0].result
  }
  const { device, address } = (await answer()) as { device: PeerId; address: string }
  return {
    device,
    address,
    skewHours,
    async ask<Result = unknown>(command: Command): Promise<Result> {
      child.send(command)
      return (await answer()) as Result
    }
  }
}

it('[T-75] [L-9] [L-33] three computers whose clocks are 30 hours and 40 years apart form a group over TLS', async () => {
  const root = await mkdtemp(join(tmpdir(), 'borgo-clocks-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const ada = await started(join(root, 'ada'), 0)
  const ben = await started(join(root, 'ben'), 30)
  const cat = await started(join(root, 'cat'), -YEARS_40_HOURS)
  const all = [ada, ben, cat]
  const link = await ada.ask<string>({ create: true })
  for (const node of [ben, cat]) await node.ask({ join: link })
  await ben.ask({ dial: cat.address })

  const written: string[] = []
  for (const node of all) {
    await node.ask({ write: `note ${written.length}` })
    written.push(`note ${written.length}`)
    // Whoever writes next has seen it, and so comes after it.
    for (const reader of all) await reader.ask({ see: written.length })
  }
  // Ben's clock runs ahead of Ada's. Cat's was never set: it follows Ben's, and to Cat everything is ahead.
  for (const [node, saysNothing] of [
    [ada, written.slice(1)],
    [ben, []],
    [cat, written]
  ] as const) {
    const { notes, off, encryptions, skewHours } = await node.ask<Seen>({ see: written.length })
    expect(notes).toEqual(written)
    expect(off).toEqual(saysNothing)
    expect(encryptions.every(encryption => encryption === 'tls')).toBe(true)
    expect(encryptions.length).toBeGreaterThanOrEqual(2)
    for (const other of all) if (other !== node) expect(skewHours[other.device]).toBe(other.skewHours - node.skewHours)
  }
})
