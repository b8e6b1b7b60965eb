#!/usr/bin/env -S node --max-semi-space-size=4
// A small young generation: 35 MB less when idle.
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`borgo needs Node.js 24 or newer and this is ${process.version}: https://nodejs.org\n`)
  process.exit(1)
}
// Compiled code is kept for the next start: a third of the time and 30 MB of memory less.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'borgo', 'compiled'))
const { main } = await import('./cli/main.ts')
await main(process.argv)
