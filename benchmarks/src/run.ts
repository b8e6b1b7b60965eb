/**
 * `npm run bench -- <name>` runs one benchmark, `npm run bench` all of them one after the other. Figures are JSON lines on
 * stdout, everything else goes to stderr.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const PARTS = ['run', 'report']
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .filter(file => !file.endsWith('.d.ts') && !file.endsWith('.test.ts'))
  .map(file => basename(file, '.ts'))
  .filter(name => !PARTS.includes(name))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !names.includes(name))

if (unknown.length > 0) {
  process.stderr.write(`no benchmark is called ${unknown.join(', ')}; there are ${names.join(', ')}\n`)
  process.exitCode = 2
}
for (const name of unknown.length > 0 ? [] : wanted.length > 0 ? wanted : names) {
  process.stderr.write(`${name} …\n`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' })
  if (status !== 0) {
    process.stderr.write(`${name} failed\n`)
    process.exitCode = 1
  }
}
