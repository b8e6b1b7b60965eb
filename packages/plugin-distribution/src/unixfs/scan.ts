import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { contentIdOf } from '../content-id.ts'
import type { ContentId } from '../content-id.ts'
import { contentError, diskError } from '../errors.ts'
import { layOutFolder } from './folder-layout.ts'
import type { FolderEntry } from './folder-layout.ts'
import { hashLeaves } from './hash-file.ts'
import { layOutFile } from './layout.ts'
import type { Node, Tree } from './layout.ts'
import { checkName, TEMPORARY_PREFIX } from './name.ts'
import { MAX_FILES } from './outline.ts'

/** A file or folder on disk, read and named. */
export interface Scan {
  cid: ContentId
  /** Absolute, without symbolic links. */
  root: string
  /** Its own name in Unicode normal form C. */
  name: string
  kind: 'file' | 'folder'
  bytes: number
  /** By published path. */
  files: Map<string, ScannedFile>
  nodes: Node[]
  /** Symbolic links, pipes and the like, which are not shared. */
  skipped: number
}

export interface ScannedFile {
  /** Below the root as it is on disk, with `/`. */
  path: string
  bytes: number
  mtimeMs: number
}

export interface ScanOptions {
  signal?: AbortSignal
  /** Called after every MiB with the bytes read so far and those there are. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Reads a file or folder and works out its content id; nothing is copied. Symbolic links inside are skipped. Throws
 * FILE_MISSING, READ_ONLY (no permission), BAD_NAME, TOO_MANY_FILES, FILE_CHANGED, `signal.reason`.
 */
export async function scan(path: string, options: ScanOptions = {}): Promise<Scan> {
  let root: string
  try {
    root = await realpath(path)
  } catch (error) {
    throw diskError(error, path)
  }
  return new Scanner(root, options).run()
}

interface FoundFile {
  kind: 'file'
  disk: string
  bytes: number
  mtimeMs: number
}

interface FoundFolder {
  kind: 'folder'
  /** By published name. */
  entries: Map<string, FoundFile | FoundFolder>
}

class Scanner {
  readonly #root: string
  readonly #options: ScanOptions
  readonly #files = new Map<string, ScannedFile>()
  readonly #nodes: Node[] = []
  #found = 0
  #skipped = 0
  #total = 0
  #done = 0

  constructor(root: string, options: ScanOptions) {
    this.#root = root
    this.#options = options
  }

  async run(): Promise<Scan> {
    const found = await this.#look('')
    if (!found) throw contentError('FILE_MISSING', `${this.#root}: this is neither a file nor a folder`)
    const { cid } = await this.#tree(found, '')
    return {
      cid: contentIdOf(cid),
      root: this.#root,
      name: basename(this.#root).normalize('NFC'),
      kind: found.kind,
      bytes: this.#total,
      files: this.#files,
      nodes: this.#nodes,
      skipped: this.#skipped
    }
  }

  /** First the names and sizes, so that progress knows its end and a bad name costs no hashing. */
  async #look(disk: string): Promise<FoundFile | FoundFolder | undefined> {
    const path = join(this.#root, disk)
    try {
      const stat = await lstat(path)
      if (stat.isDirectory()) return await this.#lookInside(disk)
      if (!stat.isFile()) return undefined
      this.#total += stat.size
      return { kind: 'file', disk, bytes: stat.size, mtimeMs: stat.mtimeMs }
    } catch (error) {
      throw diskError(error, path)
    }
  }

  async #lookInside(disk: string): Promise<FoundFolder> {
    this.#options.signal?.throwIfAborted()
    const entries: FoundFolder['entries'] = new Map()
    for (const own of (await readdir(join(this.#root, disk))).sort()) {
      if (own.startsWith(TEMPORARY_PREFIX)) continue
      const name = checkName(own.normalize('NFC'))
      const found = await this.#look(disk === '' ? own : `${disk}/${own}`)
      if (!found) this.#skipped++
      else if (entries.has(name)) throw contentError('BAD_NAME', `two names are one in Unicode normal form C: ${name}`)
      else entries.set(name, found)
      if (++this.#found > MAX_FILES)
        throw contentError('TOO_MANY_FILES', `more than ${MAX_FILES} files: share it in parts or as one archive`)
    }
    return { kind: 'folder', entries }
  }

  async #tree(found: FoundFile | FoundFolder, path: string): Promise<Tree> {
    if (found.kind === 'file') return this.#file(found, path)
    const entries: FolderEntry[] = []
    for (const [name, child] of found.entries)
      entries.push({ name, ...(await this.#tree(child, path === '' ? name : `${path}/${name}`)) })
    return layOutFolder(entries, node => this.#nodes.push(node))
  }

  async #file(found: FoundFile, path: string): Promise<Tree> {
    const disk = join(this.#root, found.disk)
    try {
      await using file = await open(disk, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
      const digests = await hashLeaves(file, found.bytes, {
        signal: this.#options.signal,
        onLeaf: bytes => this.#options.onProgress?.((this.#done += bytes), this.#total)
      })
      const after = await file.stat()
      if (after.size !== found.bytes || after.mtimeMs !== found.mtimeMs)
        throw contentError('FILE_CHANGED', `${disk}: the file changed while it was read: try again when it is at rest`)
      this.#files.set(path, { path: found.disk, bytes: found.bytes, mtimeMs: found.mtimeMs })
      return layOutFile(digests, found.bytes, node => this.#nodes.push(node))
    } catch (error) {
      throw diskError(error, disk)
    }
  }
}
