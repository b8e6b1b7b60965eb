/**
 * `npm start -- [options of borgo start]`: builds the console when it is missing or older than its sources, then starts
 * a node with all plugins.
 */
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildConsole } from './build-console.ts'

buildConsole()
const bin = join(import.meta.dirname, '../apps/node/src/bin.ts')
// As the program's first line has it.
const flags = ['--max-semi-space-size=4']
// The program does so as well, but Node has loaded its TypeScript stripper by then: 29 MB (decision 43).
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'borgo', 'compiled')
const env = { NODE_COMPILE_CACHE: cache, ...process.env }
const node = spawn(process.execPath, [...flags, bin, 'start', ...process.argv.slice(2)], { stdio: 'inherit', env })
// Ctrl-C reaches both processes; the node decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => signal === 'SIGTERM' && node.kill(signal))
node.on('exit', code => process.exit(code ?? 1))
