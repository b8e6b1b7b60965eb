import type { Setting } from '@borgo/api'
import type { Command } from 'commander'
import { join } from 'node:path'
import { CONFIG_FILE, loadConfig } from '../config/load.ts'
import { action } from './cli.ts'
import { addSettingOptions, givenSettings } from './settings-options.ts'
import { table } from './table.ts'

export function configCommands(program: Command): void {
  const command = program.command('config').description('show every setting, its value and where it comes from')
  addSettingOptions(command)
  command.action(
    action(({ folder, show, note }) => {
      const { origins } = loadConfig({ flags: givenSettings(command), env: process.env, folder })
      note(`settings of a node on ${folder}; its file is ${join(folder, CONFIG_FILE)}`)
      show(origins, configText)
      return Promise.resolve()
    })
  )
}

function configText(settings: Setting[]): string {
  return table(
    ['setting', 'value', 'origin', 'from'],
    settings.map(({ key, value, origin, source }) => [key, String(value), origin, source])
  )
}
