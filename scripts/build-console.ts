/** Builds the console when it is missing or older than its sources; `npm start` and the browser tests need it. */
import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const SOURCES = '{apps/web-console/{src,public}/**/*.*,apps/web-console/*.*,packages/api/src/**/*.ts}'

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Throws when the build fails; what is wrong is on stderr by then. */
export function buildConsole(): void {
  const built = changedAt(join(root, 'apps/web-console/dist/index.html'))
  if (globSync(SOURCES, { cwd: root }).every(source => changedAt(join(root, source)) <= built)) return
  process.stderr.write('building the console …\n')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/web-console'),
    stdio: ['ignore', 'inherit', 'inherit'],
    // A test run's own NODE_ENV would make this a development build.
    env: { ...process.env, NODE_ENV: 'production' }
  })
  if (status !== 0) throw new Error('the console could not be built')
}
