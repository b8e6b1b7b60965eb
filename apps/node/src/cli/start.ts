import type { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { action } from './cli.ts'
import { addSettingOptions, givenSettings } from './settings-options.ts'

export function startCommand(program: Command): void {
  const command = program.command('start').description('run a node in the foreground until Ctrl-C or SIGTERM')
  addSettingOptions(command)
  command.action(
    action(async context => {
      const config = loadConfig({ flags: givenSettings(command), env: process.env, folder: context.folder })
      // Everything a node is made of: no other command waits for it.
      const { runDaemon } = await import('../daemon/run.ts')
      await runDaemon(context, config)
    })
  )
}
