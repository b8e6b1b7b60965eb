import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const WRITER = join(import.meta.dirname, 'writer.ts')

/** Lets a process type until it has had `letters` acknowledged, kills it, and tells what it found and what it had. */
async function typeAndDie(folder: string, letters: number): Promise<{ found: number; saved: number }> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [found, saved] = [0, 0]
  try {
    for await (const line of createInterface(child.stdout)) {
      const [what, count] = line.split(' ')
      if (what === 'text') found = saved = Number(count)
      else saved = Number(count)
      if (saved - found >= letters) break
    }
  } finally {
    child.kill('SIGKILL')
  }
  await once(child, 'close')
  return { found, saved }
}

it('[C-23] kill -9 loses no edit that was acknowledged', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-'))
  try {
    let before = 0
    for (const letters of [5, 40]) {
      const { found, saved } = await typeAndDie(folder, letters)
      expect(found).toBeGreaterThanOrEqual(before)
      before = saved
    }
    expect((await typeAndDie(folder, 0)).found).toBeGreaterThanOrEqual(before)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
