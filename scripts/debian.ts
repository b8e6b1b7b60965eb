/** Programs that a machine may lack, from Debian's packages. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where root's programs are, which not everybody has on their PATH. */
const SYSTEM = ['/usr/sbin', '/sbin']

/** Whether a file can be run, or read and written. */
export function isUsable(path: string, mode = constants.X_OK): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM]
  return folders.some(folder => isUsable(join(folder, program)))
}

/** Installs Debian's packages, having said so, if this user may; returns whether it did. */
export function install(...packages: string[]): boolean {
  if (process.getuid?.() !== 0 || !isUsable('/usr/bin/apt-get')) return false
  console.log(`installing ${packages.join(', ')}`)
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['update', '-qq'], { stdio, env })
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio, env })
  return true
}
