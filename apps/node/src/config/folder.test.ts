import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { socketPath } from './folder.ts'

const LONG = `/${'deep/'.repeat(25)}`
let temporary: string
let own: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'borgo-socket-'))
  own = join(temporary, `borgo-${userInfo().uid}`)
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

it('[N-20] lies in the data folder, for a long path where this user runs things, or in a folder of its own', () => {
  expect(socketPath('/data', {})).toBe('/data/api.sock')
  expect(socketPath(LONG, { XDG_RUNTIME_DIR: '/run/user/1' })).toMatch(/^\/run\/user\/1\/borgo-[0-9a-f]{16}\.sock$/)
  expect(socketPath(LONG, {})).toBe(socketPath(LONG, {}))
  expect(socketPath(LONG, {}).startsWith(join(own, 'borgo-'))).toBe(true)
})

it.each<[string, () => void]>([
  ['that others may write to', () => (mkdirSync(own), chmodSync(own, 0o777))],
  ['that leads elsewhere', () => symlinkSync(temporary, own)],
  ['that is none', () => symlinkSync('/dev/null', own)]
])('[N-20] is not put into a folder %s', (_, make) => {
  make()
  expect(() => socketPath(LONG, {})).toThrow(expect.objectContaining({ code: 'SOCKET_UNUSABLE' }))
})
