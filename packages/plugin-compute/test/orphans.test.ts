import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startHost } from '../src/sandbox/host-process.ts'
import { sandboxes } from '../src/sandbox/sandbox.ts'

const PAGE_BYTES = 65_536

/** The processes whose command line holds `mark`, by /proc. */
function processes(mark: string): string[] {
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)
      } catch {
        return false
      }
    })
}

describe.runIf(process.platform === 'linux')('host processes and the death of their node', () => {
  it('[W-14] a node killed with SIGKILL leaves no host process behind, however it was started', async () => {
    const program = fileURLToPath(new URL('./fixtures/hosting.ts', import.meta.url))
    const pages = 2_000 + (process.pid % 1_000)
    const mark = `--wasm-max-mem-pages=${pages}\0`
    for (const sandbox of sandboxes(pages * PAGE_BYTES, 'normal')) {
      const usable = await startHost(sandbox).then(
        host => (host.kill(), true),
        () => false
      )
      if (!usable) continue
      const node = spawn(process.execPath, [program, JSON.stringify(sandbox)], { stdio: ['ignore', 'pipe', 'inherit'] })
      try {
        await expect.poll(() => processes(mark).length, { timeout: 100_000 }).toBeGreaterThan(0)
        await once(node.stdout, 'data')
      } finally {
        node.kill('SIGKILL')
      }
      await expect.poll(() => processes(mark), { timeout: 100_000 }).toEqual([])
    }
  })
})
