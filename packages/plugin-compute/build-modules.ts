import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

/**
 * Compiles every `.c` file of a folder to a `.wasm` beside it and writes `hashes.json`, which a test compares with what
 * is committed. Needs Debian's clang-14 and lld-14: `node build-modules.ts src/modules test/fixtures`.
 */
const FLAGS = [
  '--target=wasm32',
  '-O3',
  '-ffreestanding',
  '-nostdlib',
  '-mbulk-memory',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wl,--no-entry',
  '-Wl,--import-memory',
  '-Wl,--stack-first',
  '-Wl,--strip-all',
  '-Wl,-z,stack-size=65536'
]

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

for (const folder of process.argv.slice(2)) {
  const hashes: Record<string, { source: string; wasm: string }> = {}
  for (const file of readdirSync(folder).filter(name => name.endsWith('.c'))) {
    const source = `${folder}/${file}`
    const wasm = source.replace(/\.c$/, '.wasm')
    execFileSync('clang-14', [...FLAGS, source, '-o', wasm], { stdio: 'inherit' })
    hashes[file.replace(/\.c$/, '')] = { source: sha256(source), wasm: sha256(wasm) }
  }
  writeFileSync(`${folder}/hashes.json`, `${JSON.stringify(hashes, null, 2)}\n`)
}
