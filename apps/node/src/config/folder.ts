import { createHash } from 'node:crypto'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a node keeps everything: `--data`, `BORGO_DATA`, or `borgo` in the user's data folder (XDG). */
export function dataFolder(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_DATA_HOME || join(homedir(), '.local', 'share')
  return resolve(flag ?? (env.BORGO_DATA || join(base, 'borgo')))
}

/** sun_path holds 108 bytes on Linux and 104 on macOS, with a zero at the end. */
const MAX_SOCKET_PATH = 100

/** The socket on which the node of a data folder serves the API to this user's programs. */
export function socketPath(folder: string, env: Readonly<Record<string, string | undefined>>): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\borgo-${key}`
  const near = join(folder, 'api.sock')
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH) return near
  const runtime = env.XDG_RUNTIME_DIR || join(tmpdir(), `borgo-${userInfo().uid}`)
  return join(runtime, `borgo-${key}.sock`)
}
