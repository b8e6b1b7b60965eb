import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What stands between a module and this computer, besides WebAssembly itself.
 * - `process`: a child process without environment, which is killed at its limits and dies with its parent
 * - `permissions`: Node's permission model: no files, no child processes; a seat belt, not a wall
 * - `data-limit`: RLIMIT_DATA on the whole process
 * - `low-priority`: nice 10
 * - `namespaces`: bubblewrap: no network, no files but Node's own, no other processes to see
 */
export type SandboxLayer = 'process' | 'permissions' | 'data-limit' | 'low-priority' | 'namespaces'

/** How host processes are started: found out once, by trying. */
export interface Sandbox {
  layers: readonly SandboxLayer[]
  file: string
  arguments: readonly string[]
}

/** JavaScript heap of a host process, MiB: results pass through it. */
const HEAP_MIB = 96
/** What Node 24 maps for itself before any module is loaded, MiB: two code ranges of 512 each and its heaps. */
const NODE_DATA_MIB = 1280

const HOST = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './host.ts' : './host.js', import.meta.url))
const FOLDER = dirname(HOST)
/** Node reads the nearest one to learn that the host's files are modules: above `src/` or, when built, beside it. */
const MANIFESTS = [join(FOLDER, '../package.json'), join(FOLDER, '../../package.json')]

function nodeArguments(memoryBytes: number): string[] {
  return [
    `--max-old-space-size=${HEAP_MIB}`,
    `--wasm-max-mem-pages=${memoryBytes / 65_536}`,
    '--no-warnings',
    '--permission',
    '--allow-worker',
    ...[FOLDER, ...MANIFESTS].map(path => `--allow-fs-read=${path}`),
    HOST
  ]
}

const BUBBLEWRAP = [
  'bwrap',
  ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
  ...['/lib', '/lib64', '/usr/lib', process.execPath, FOLDER, ...MANIFESTS].flatMap(path => [
    '--ro-bind-try',
    path,
    path
  ]),
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp']
]

/** Whether host processes give way to everything else that runs (nice 10). */
export type Priority = 'low' | 'normal'

/**
 * The ways to start a host process on this system, strongest first. `memoryBytes` is the most that a module's memory may
 * ever have here, a multiple of 64 KiB.
 */
export function sandboxes(memoryBytes: number, priority: Priority): Sandbox[] {
  const node = [process.execPath, ...nodeArguments(memoryBytes)]
  const bare: Sandbox = { layers: ['process', 'permissions'], file: process.execPath, arguments: node.slice(1) }
  if (process.platform === 'win32') return [bare]
  const dataKib = NODE_DATA_MIB * 1024 + memoryBytes / 1024
  const shell = (layers: SandboxLayer[], ulimit: string, command: string[]): Sandbox => ({
    layers: [...bare.layers, ...(priority === 'low' ? (['low-priority'] as const) : []), ...layers],
    file: '/bin/sh',
    arguments: ['-c', `${ulimit}exec ${priority === 'low' ? 'nice -n 10 ' : ''}"$@"`, 'sh', ...command]
  })
  const limit = `ulimit -d ${dataKib} && `
  const posix = [shell(['data-limit'], limit, node), shell([], '', node), bare]
  if (process.platform !== 'linux') return posix
  return [shell(['data-limit', 'namespaces'], limit, [...BUBBLEWRAP, ...node]), ...posix]
}
