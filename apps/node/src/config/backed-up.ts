import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { CONFIG_FILE, loadConfig } from './load.ts'
import { kebab, type Settings } from './settings.ts'

/**
 * Files at the top of a data folder that a backup takes along beside what the node keeps: the settings, and a swarm key
 * that lies with them. The passphrase file is left out: it would open the key file in the same copy.
 */
export function settingsFiles(folder: string, { swarmKeyFile }: Pick<Settings, 'swarmKeyFile'>): string[] {
  const key = resolve(swarmKeyFile)
  return [CONFIG_FILE, ...(swarmKeyFile !== '' && dirname(key) === resolve(folder) ? [basename(key)] : [])]
}

/** A file that the settings of a restored node name and that may have to be brought. */
export interface NamedFile {
  /** As in `config.toml`. */
  setting: string
  path: string
  isThere: boolean
  /** Where a file of this name came along, though the setting names another place. */
  cameTo?: string
}

/** Files elsewhere that `config.toml` of a restored folder names. Undefined without settings. Throws CONFIG_INVALID. */
export function filesElsewhere(folder: string): NamedFile[] | undefined {
  if (!existsSync(join(folder, CONFIG_FILE))) return undefined
  const { settings } = loadConfig({ flags: {}, env: {}, folder })
  return (['passphraseFile', 'swarmKeyFile'] as const).flatMap(key => {
    const path = settings[key]
    const isThere = existsSync(path)
    if (path === '' || (isThere && path.startsWith(resolve(folder) + sep))) return []
    const came = join(folder, basename(path))
    return [{ setting: kebab(key), path, isThere, ...(!isThere && existsSync(came) && { cameTo: came }) }]
  })
}
