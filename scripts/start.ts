/**
 * `npm start -- [options of borgo start]`: builds the console when it is missing or older than its sources, then starts
 * a node with all plugins.
 */
import { spawn, spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const built = join(root, 'apps/web-console/dist/index.html')

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

const sources = globSync('{apps/web-console/{src,public}/**/*.*,apps/web-console/*.*,packages/api/src/**/*.ts}', {
  cwd: root
})
if (sources.some(source => changedAt(join(root, source)) > changedAt(built))) {
  process.stderr.write('building the console …\n')
  const { status } = spawnSync('vite', ['build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/web-console'),
    stdio: ['ignore', 'inherit', 'inherit']
  })
  if (status !== 0) process.exit(status ?? 1)
}

const node = spawn(process.execPath, [join(root, 'apps/node/src/bin.ts'), 'start', ...process.argv.slice(2)], {
  stdio: 'inherit'
})
// Ctrl-C reaches both processes; the node decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => signal === 'SIGTERM' && node.kill(signal))
node.on('exit', code => process.exit(code ?? 1))
