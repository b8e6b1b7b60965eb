import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The repository. */
export const ROOT = join(import.meta.dirname, '../..')

/** A folder somewhere with nothing in it but what a stranger installs; it goes with `Symbol.dispose`. */
export interface Installed extends Disposable {
  readonly path: string
  /** Runs a command there to its end and returns its stdout; throws with everything it said when it fails. */
  run(command: string, ...args: string[]): string
}

/** Packs what `npm run build` made of these projects (`packages/core`) and installs the tarballs into an empty folder. */
export function install(...projects: readonly string[]): Installed {
  const path = mkdtempSync(join(tmpdir(), 'borgo-installed-'))
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: path, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`)
    return stdout
  }
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  try {
    mkdirSync(join(path, 'packed'))
    run('npm', 'pack', '--pack-destination', 'packed', ...projects.map(project => join(ROOT, project, 'dist')))
    writeFileSync(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...globSync(join(path, 'packed/*.tgz')))
  } catch (error) {
    remove()
    throw error
  }
  return { path, run, [Symbol.dispose]: remove }
}
