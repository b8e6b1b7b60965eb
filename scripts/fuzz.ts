/**
 * `npm run fuzz -- 100000 [part of a path …]`: the tests that read or send mutated frames, with so many of each kind, one
 * file after the other. A line for each file on stdout, when it is done; the exit code says whether all passed.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [count = '', ...parts] = process.argv.slice(2)
const frames = Number(count)
/** Until a test hangs, ms. */
const HANGS_MS = 7_200_000

if (Number.isSafeInteger(frames) && frames > 0) {
  const files = globSync('packages/*/{src,test}/**/*.test.ts')
    .filter(file => /\bframes\.ts'|\bFRAMES\b/.test(readFileSync(file, 'utf8')))
    .filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
    .sort()
  for (const file of files) {
    const root = file.split('/').slice(0, 2).join('/')
    const began = performance.now()
    const { status } = spawnSync(
      'vitest',
      ['run', '--root', root, relative(root, file), '--reporter=verbose', `--testTimeout=${HANGS_MS}`],
      { stdio: ['ignore', process.stderr.fd, 'inherit'], env: { ...process.env, BORGO_FRAMES: count } }
    )
    const seconds = Math.round((performance.now() - began) / 1_000)
    console.log(JSON.stringify({ file, frames, seconds, isFine: status === 0 }))
    if (status !== 0) process.exitCode = 1
  }
} else {
  console.error('npm run fuzz -- 100000 [part of a path …]')
  process.exitCode = 2
}
