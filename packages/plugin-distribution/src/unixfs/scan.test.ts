import { chmod, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asNobody } from '../../test/nobody.ts'
import { scan } from './scan.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borgo-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refused = (code: string): unknown => expect.objectContaining({ code })

describe('scan', () => {
  it('[D-7] leaves out symbolic links, unfinished downloads and what is no file', async () => {
    await mkdir(join(folder, 'inside'))
    await writeFile(join(folder, 'a.txt'), 'a')
    await writeFile(join(folder, '.borgo-1'), 'part')
    await symlink('/etc/passwd', join(folder, 'inside', 'link'))
    await symlink('..', join(folder, 'inside', 'loop'))
    const found = await scan(folder)
    expect([...found.files.keys()]).toEqual(['a.txt'])
    expect(found.skipped).toBe(2)
  })

  it('[D-4] writes names in normal form C, and refuses names that others cannot have', async () => {
    await writeFile(join(folder, 'cafe\u0301.txt'), 'x')
    expect([...(await scan(folder)).files]).toEqual([
      ['caf\u00e9.txt', expect.objectContaining({ path: 'cafe\u0301.txt' })]
    ])
    await writeFile(join(folder, 'trailing.'), 'x')
    await expect(scan(folder)).rejects.toThrow(refused('BAD_NAME'))
  })

  it('[D-7] says that there is no such file', async () => {
    await expect(scan(join(folder, 'nowhere'))).rejects.toThrow(refused('FILE_MISSING'))
    await expect(scan('/dev/null')).rejects.toThrow(refused('FILE_MISSING'))
  })

  it('[D-7] says that it may not read', async () => {
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'secret'), 'x')
    await chmod(join(folder, 'secret'), 0)
    await asNobody(() => expect(scan(folder)).rejects.toThrow(refused('READ_ONLY')))
  })

  it('[D-7] says that a file changed while it was read', async () => {
    const path = join(folder, 'growing')
    await writeFile(path, new Uint8Array(3 * 1_048_576))
    await using file = await open(path, 'a')
    let isFirst = true
    const changed = scan(path, {
      onProgress: () => {
        if (isFirst) void file.truncate(1_048_576)
        isFirst = false
      }
    })
    await expect(changed).rejects.toThrow(refused('FILE_CHANGED'))
  })

  it('[D-6] tells how far it is, and stops when told to', async () => {
    await writeFile(join(folder, 'a'), new Uint8Array(2_500_000))
    const seen: [number, number][] = []
    await scan(folder, { onProgress: (done, total) => seen.push([done, total]) })
    expect(seen).toEqual([
      [1_048_576, 2_500_000],
      [2_097_152, 2_500_000],
      [2_500_000, 2_500_000]
    ])
    const stop = new AbortController()
    const stopped = scan(folder, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })
    await expect(stopped).rejects.toThrow('enough')
  })
})
