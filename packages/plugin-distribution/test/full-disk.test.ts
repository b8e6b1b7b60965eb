import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** The child sees a small disk of its own: a mount namespace that ends with it. */
const UNSHARE = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount']

it('[D-34] a disk that fills up or is read-only stops a transfer, which goes on where it was when there is room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-'))
  try {
    const script = join(import.meta.dirname, 'on-full-disk.ts')
    const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, process.execPath, script, folder])
    expect(JSON.parse(stdout)).toEqual({
      beforehand: 'DISK_FULL',
      halfway: 'DISK_FULL',
      state: 'failed',
      someIsThere: true,
      afterwards: 'done',
      readOnly: 'READ_ONLY',
      isSame: true
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
