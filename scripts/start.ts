/**
 * `npm start -- [options of borgo start]`: builds the console when it is missing or older than its sources, then starts
 * a node with all plugins, and ends when the node does.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildConsole } from './build-console.ts'

/** How often it is looked whether npm is still there, ms: killed without a word, it and its shell tell nobody. */
const LOOK_MS = 1_000

buildConsole()
const bin = join(import.meta.dirname, '../apps/node/src/bin.ts')
// As the program's first line has it.
const flags = ['--max-semi-space-size=4']
// The program does so as well, but Node has loaded its TypeScript stripper by then: 29 MB (decision 43).
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'borgo', 'compiled')
const env = { NODE_COMPILE_CACHE: cache, ...process.env }
// The channel says nothing: that it closes tells the node that this process is gone, however it went.
const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const
const node = spawn(process.execPath, [...flags, bin, 'start', ...process.argv.slice(2)], { stdio: [...stdio], env })
// Ctrl-C reaches the node from the terminal as well, which takes the two for one. It stops in order when the terminal closes.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => node.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
const npm = findNpm()
if (npm !== undefined) setInterval(() => isThere(npm) || node.kill('SIGTERM'), LOOK_MS).unref()
node.on('error', error => {
  console.error(`the node cannot be started: ${error.message}`)
  process.exit(1)
})
node.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))

/** The npm that started this, itself or by a shell; undefined when there is none, or the system does not say. */
function findNpm(): number | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  try {
    const parentOf = (pid: number): number =>
      Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
    const isNpm = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('npm')
    return [process.ppid, parentOf(process.ppid)].find(isNpm)
  } catch {
    return undefined
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
