/**
 * Builds the package in the working directory into `dist/`: JavaScript, types and a package.json whose exports point
 * at them. `dist/` is what gets published; the sources are what the workspace runs. An argument `name=folder` takes
 * that folder along as `dist/name`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Exports = Record<string, string>
interface Manifest {
  bin?: Record<string, string>
  devDependencies?: unknown
  exports?: Exports
  nx?: unknown
  scripts?: unknown
}

const root = join(import.meta.dirname, '..')
rmSync('dist', { recursive: true, force: true })
const options = ['--noEmit', 'false', '--outDir', 'dist', '--rootDir', 'src', '--declaration', '--sourceMap']
writeFileSync(
  'tsconfig.build.json',
  JSON.stringify({ extends: './tsconfig.json', include: ['src'], exclude: ['src/**/*.test.ts'] })
)
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json', ...options], { stdio: 'inherit' })
rmSync('tsconfig.build.json')
if (status !== 0) process.exit(status ?? 1)

for (const asset of globSync('src/**/*.{wasm,json,sql}')) cpSync(asset, asset.replace(/^src/, 'dist'))
for (const text of ['README.md', 'SPEC.md']) if (existsSync(text)) cpSync(text, join('dist', text))
for (const [name = '', folder = ''] of process.argv.slice(2).map(argument => argument.split('=')))
  cpSync(folder, join('dist', name), { recursive: true })
for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) cpSync(join(root, licence), join('dist', licence))

const built = (source: string): string => source.replace(/^\.\/src\//, './').replace(/\.ts$/, '.js')
const {
  devDependencies: _dev,
  nx: _nx,
  scripts: _scripts,
  ...manifest
} = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
// What lies outside `src/`, such as a test harness, is for the repository only.
const sources = Object.entries(manifest.exports ?? {}).filter(([, source]) => source.startsWith('./src/'))
const exports = {
  ...Object.fromEntries(
    sources.map(([path, source]) => [path, { types: built(source).replace(/\.js$/, '.d.ts'), default: built(source) }])
  ),
  './package.json': './package.json'
}
const bin = Object.fromEntries(Object.entries(manifest.bin ?? {}).map(([name, source]) => [name, built(source)]))
const published = { ...manifest, exports, ...(manifest.bin && { bin }) }
writeFileSync(join('dist', 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
