/** Finds Chromium for the browser tests, or installs Debian's when this user may; otherwise says what to do. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

function usable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of a browser that runs. Throws with what to install when there is none and it may not be installed. */
export function findChromium(): string {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) {
    if (!usable(wanted)) throw new Error(`CHROMIUM_PATH: ${wanted} cannot be run`)
    return wanted
  }
  const found = CANDIDATES.find(usable)
  if (found) return found
  if (process.getuid?.() === 0 && usable('/usr/bin/apt-get')) {
    console.log('no Chromium here: installing the package chromium')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env
    })
    const installed = CANDIDATES.find(usable)
    if (installed) return installed
  }
  throw new Error('the browser tests need Chromium: install it (Debian: apt install chromium) or set CHROMIUM_PATH')
}
