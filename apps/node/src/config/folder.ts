import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { nodeError } from '../errors.ts'

/** Where a node keeps everything: `--data`, `BORGO_DATA`, or `borgo` in the user's data folder (XDG). */
export function dataFolder(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return resolve(flag ?? (env.BORGO_DATA || join(base, 'borgo')))
}

/** sun_path holds 108 bytes on Linux and 104 on macOS, with a zero at the end. */
const MAX_SOCKET_PATH = 100

/**
 * The socket on which the node of a data folder serves the API to this user's programs: in the data folder, or for a
 * long path elsewhere. Throws SOCKET_UNUSABLE when that place is not this user's alone.
 */
export function socketPath(folder: string, env: Readonly<Record<string, string | undefined>>): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\borgo-${key}`
  const near = join(folder, 'api.sock')
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH) return near
  return join(env.XDG_RUNTIME_DIR || privateFolder(), `borgo-${key}.sock`)
}

/** In the folder for temporary files everybody may make one of any name: whoever was first would be asked as the node. */
function privateFolder(): string {
  const { uid } = userInfo()
  const folder = join(tmpdir(), `borgo-${uid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw nodeError('SOCKET_UNUSABLE', `${folder} cannot be made: set XDG_RUNTIME_DIR`, error)
  }
  const found = lstatSync(folder)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return folder
  throw nodeError('SOCKET_UNUSABLE', `${folder} is open to others: remove it, or set XDG_RUNTIME_DIR`)
}
