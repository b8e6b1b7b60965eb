/** Finds Chromium for the browser tests, or installs Debian's when this user may; otherwise says what to do. */
import { install, isUsable } from './debian.ts'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The path of a browser that runs. Throws with what to install when there is none and it may not be installed. */
export function findChromium(): string {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) {
    if (!isUsable(wanted)) throw new Error(`CHROMIUM_PATH: ${wanted} cannot be run`)
    return wanted
  }
  const found = CANDIDATES.find(path => isUsable(path))
  if (found) return found
  const installed = install('chromium') ? CANDIDATES.find(path => isUsable(path)) : undefined
  if (installed) return installed
  throw new Error('the browser tests need Chromium: install it (Debian: apt install chromium) or set CHROMIUM_PATH')
}
