import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What stands between a module and this computer, besides WebAssembly itself.
 * - `process`: a child process without environment, which is killed at its limits and dies with its parent
 * - `permissions`: Node's permission model: no files, no child processes; a seat belt, not a wall
 * - `data-limit`: RLIMIT_DATA on the whole process
 * - `low-priority`: nice 19
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
const MIB = 1024 * 1024

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

/**
 * The ways to start a host process on this system, strongest first. `memoryBytes` is the most that a module's memory may
 * ever have here, a multiple of 64 KiB.
 */
export function sandboxes(memoryBytes: number, platform: NodeJS.Platform = process.platform): Sandbox[] {
  const node = [process.execPath, ...nodeArguments(memoryBytes)]
  const plain: Sandbox = { layers: ['process', 'permissions'], file: process.execPath, arguments: node.slice(1) }
  if (platform === 'win32') return [plain]
  const dataKib = NODE_DATA_MIB * 1024 + memoryBytes / 1024
  const limited = (layers: SandboxLayer[], limit: string, command: string[]): Sandbox => ({
    layers: [...plain.layers, 'low-priority', ...layers],
    file: '/bin/sh',
    arguments: ['-c', `${limit}exec nice -n 19 "$@"`, 'sh', ...command]
  })
  const ulimit = `ulimit -d ${dataKib} && `
  const posix = [limited(['data-limit'], ulimit, node), limited([], '', node), plain]
  return platform === 'linux'
    ? [limited(['data-limit', 'namespaces'], ulimit, [...BUBBLEWRAP, ...node]), ...posix]
    : posix
}

/** Largest memory that a module may be given, bytes. */
export const MEMORY_MAX_BYTES = 1024 * MIB
