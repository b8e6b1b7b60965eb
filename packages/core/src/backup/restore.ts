import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import { membership } from '../groups/membership.ts'
import { renewDevice } from '../identity/renew-device.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { openDatabase } from '../store/sqlite.ts'
import { copyFile } from './copy-file.ts'
import { emptyFolder, onDisk, sync } from './folder.ts'
import { readManifest } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { CopyProgress } from './progress.ts'
import type { BackupProgress } from './progress.ts'

export interface RestoreOptions {
  /** A folder that `backup` made. */
  from: string
  /** Where the node is to live: an empty folder, or one to be made. */
  folder: string
  /** Of the key file, when it has one. */
  passphrase?: string
  clock: Clock
  /** Runs at the beginning, after each MiB and each file. */
  onProgress?: ((progress: BackupProgress) => void) | undefined
  signal?: AbortSignal
}

export interface Restored {
  account: AccountId
  /** The new device. */
  device: PeerId
  /** The one that the backup was made of. */
  before: PeerId
  /** Groups that the new device belongs to. */
  groups: GroupId[]
  /** Groups that it could not be added to: they must invite it. */
  left: GroupId[]
}

/**
 * Makes a node of a backup: the same person, as a new device. The old device may have written since, or may still run, and
 * one that writes a number twice is stopped everywhere; so the old one only lets the new one into its groups. Nothing is
 * in `folder` before everything is. Throws BAD_BACKUP for a copy that is not whole, FOLDER_NOT_EMPTY, BAD_KEY_FILE,
 * BAD_PASSPHRASE, DISK_FULL, FOLDER_READ_ONLY, `signal.reason`.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { clock, onProgress, passphrase, signal } = options
  const folder = resolve(options.folder)
  const from = resolve(options.from)
  const manifest = await readManifest(from)
  await emptyFolder(folder)
  const building = `${folder}.restoring`
  await rm(building, { recursive: true, force: true })
  try {
    await copyAll(manifest, from, building, { onProgress, signal })
    const restored = await renew(join(building, 'core'), passphrase, clock)
    signal?.throwIfAborted()
    await onDisk(folder, async () => {
      await rename(building, folder)
      await sync(dirname(folder))
    })
    return restored
  } catch (error) {
    await rm(building, { recursive: true, force: true })
    throw error
  }
}

async function copyAll(
  { files }: Manifest,
  from: string,
  to: string,
  { onProgress, signal }: Pick<RestoreOptions, 'onProgress' | 'signal'>
): Promise<void> {
  const progress = new CopyProgress(
    files.map(({ bytes }) => bytes),
    onProgress
  )
  await onDisk(to, () => mkdir(to, { recursive: true, mode: 0o700 }))
  for (const { bytes, path, sha256 } of files) {
    signal?.throwIfAborted()
    const [source, file] = [join(from, path), join(to, path)]
    const size = await stat(source).then(
      found => found.size,
      () => undefined
    )
    if (size !== bytes) throw coreError('BAD_BACKUP', `${source}: is missing or cut off`)
    const copied = await onDisk(file, async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      return await copyFile(source, file, { onBytes: more => progress.add(more), signal })
    })
    progress.file(bytes)
    if (copied.sha256 !== sha256) throw coreError('BAD_BACKUP', `${source}: was changed since it was copied`)
  }
}

/** Gives the device new keys, and lets it into the groups of the old one. */
async function renew(core: string, passphrase: string | undefined, clock: Clock): Promise<Restored> {
  const { after, before, store } = await renewDevice(core, { passphrase, now: clock.now() })
  const database = openDatabase(join(core, 'state.db'), CORE_MIGRATIONS)
  const left: GroupId[] = []
  try {
    const old = membership({ identity: before, database, clock })
    for (const group of old.groups()) {
      try {
        old.act(group, { type: 'addDevice', certificate: after.certificate })
      } catch (error) {
        if (!hasCode(error, 'FORBIDDEN')) throw error
        left.push(group)
      }
    }
    const { account, device } = after
    const groups = membership({ identity: after, database, clock }).groups()
    await store()
    return { account, device, before: before.device, groups, left }
  } finally {
    database.close()
  }
}
