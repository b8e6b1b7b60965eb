import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Backup, StorageUse } from '@borgo/api'
import type { BackupProgress } from '@borgo/core'
import { hasCode } from '@borgo/core/errors'
import type { Command } from 'commander'
import { filesElsewhere, settingsFiles } from '../config/backed-up.ts'
import { CONFIG_FILE, loadConfig } from '../config/load.ts'
import { readPassphrase } from '../config/passphrase-file.ts'
import type { Settings } from '../config/settings.ts'
import { nodeError } from '../errors.ts'
import { byteProgress } from './byte-progress.ts'
import { action, type Context } from './cli.ts'
import { printable } from './printable.ts'
import { formatBytes, list, table } from './table.ts'

const CHECK_POLL_MS = 500

export function storageCommands(program: Command): void {
  program
    .command('storage')
    .description('show what lies on the disk of this node, by plugin, and how much may')
    .action(action(async ({ client, signal, show }) => show(await client.storage.use({ signal }), useText)))
  program
    .command('backup')
    .description('copy all that the node keeps into an empty folder, also while it runs; guard it like the node itself')
    .argument('<folder>')
    .action(
      action(async (context, to: string) => {
        const { folder, signal, show } = context
        // Most of a node is behind this import, and no other command needs it.
        const { backup, systemClock } = await import('@borgo/core')
        const also = settingsFiles(folder, ownSettings(folder))
        const { createdAt, files } = await withProgress(context, to, onProgress =>
          backup({ folder, to: resolve(to), also, now: systemClock.now(), onProgress, signal })
        )
        const made: Backup = { createdAt, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
        show(made, () => `${made.files} files, ${formatBytes(made.bytes)}`)
      })
    )
  program
    .command('check')
    .description('verify hashes and signatures of all records; damaged ones are fetched again from members')
    .action(
      action(async ({ client, note, signal, show }) => {
        let check = await client.storage.check({ signal })
        for (; check.state === 'running'; check = await client.storage.lastCheck({ signal })) {
          note(`${check.checked} of ${check.total} records`)
          await delay(CHECK_POLL_MS, undefined, { signal })
        }
        if (check.state === 'failed') throw nodeError('CHECK_FAILED', check.error ?? 'the check failed')
        show(check, ({ checked, damaged }) =>
          damaged === 0
            ? `${checked} records, all whole`
            : `${checked} records, ${damaged} damaged: they come again from members, as these are reached`
        )
      })
    )
  program
    .command('restore')
    .description('make a node of a backup in the empty data folder: the same person, as a new device')
    .argument('<backup>', 'a folder that `borgo backup` made')
    .option('--passphrase-file <file>', 'whose first line is the passphrase of the key file')
    .action(
      action(async (context, from: string, { passphraseFile }: { passphraseFile?: string }) => {
        const { folder, note, signal, show } = context
        const { restore, systemClock } = await import('@borgo/core')
        const passphrase = passphraseFile === undefined ? undefined : readPassphrase(passphraseFile)
        const restored = await withProgress(context, from, onProgress =>
          restore({
            from: resolve(from),
            folder,
            clock: systemClock,
            onProgress,
            signal,
            ...(passphrase !== undefined && { passphrase })
          })
        )
        show(restored, ({ account, before, device, groups }) =>
          list([
            ['account', account],
            ['device', device],
            ['in place of', before],
            ['groups', String(groups.length)]
          ])
        )
        for (const text of aboutSettings(folder)) note(text)
        for (const group of restored.left)
          note(`the group ${group} did not let the new device in: ask for an invitation`)
        note('the old device is still one of yours: if it is lost, lock it out with `borgo device revoke`')
      })
    )
}

/** A copy is made also of a node whose settings are broken. */
function ownSettings(folder: string): Pick<Settings, 'swarmKeyFile'> {
  try {
    return loadConfig({ flags: {}, env: process.env, folder }).settings
  } catch (error) {
    if (!hasCode(error, 'CONFIG_INVALID')) throw error
    return { swarmKeyFile: '' }
  }
}

/** Which settings a restored node has, and what of them is still to be brought. */
function aboutSettings(folder: string): string[] {
  const file = join(folder, CONFIG_FILE)
  try {
    const named = filesElsewhere(folder)
    if (!named) return ['no settings came along: the node starts with those of a new one, on the open network']
    return [
      `its settings came along: ${file}`,
      ...named.map(({ cameTo, isThere, path, setting }) => {
        const what = `${setting} is ${printable(path)}`
        if (isThere) return `${what}: this file is no part of the backup; one is there`
        if (cameTo !== undefined) return `${what}: it lies in ${printable(cameTo)} now: change the setting`
        return `${what}: this file is no part of the backup: bring it before you start the node`
      })
    ]
  } catch (error) {
    if (!hasCode(error, 'CONFIG_INVALID')) throw error
    return [`its settings came along, and the node will not start with them: ${error.message}`]
  }
}

/** Shows how many files and bytes are done while it works. */
async function withProgress<T>(
  context: Context,
  name: string,
  work: (onProgress: (progress: BackupProgress) => void) => Promise<T>
): Promise<T> {
  const shown = await byteProgress(context, name)
  try {
    return await work(({ bytes, doneBytes, doneFiles, files }) =>
      shown.show(doneBytes, bytes, `${doneFiles} of ${files} files`)
    )
  } finally {
    shown.stop()
  }
}

function useText({ plugins, bytes, limitBytes }: StorageUse): string {
  const most = (limit: number | undefined): string => (limit === undefined ? '' : formatBytes(limit))
  const rows = plugins.map(use => [
    use.plugin,
    formatBytes(use.recordBytes),
    formatBytes(use.keptBytes),
    most(use.limitBytes)
  ])
  return table(['plugin', 'records', 'files', 'at most'], [...rows, ['all', formatBytes(bytes), '', most(limitBytes)]])
}
