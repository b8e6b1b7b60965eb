import type { PluginStatus } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { table } from './table.ts'

export function pluginCommands(program: Command): void {
  const plugin = program.command('plugin').description('the parts of the node, which start, stop and fail on their own')
  plugin
    .command('list', { isDefault: true })
    .description('show them and whether they run')
    .action(action(async ({ client, signal, show }) => show(await client.plugins.list({ signal }), pluginsText)))
  plugin
    .command('stop')
    .description('stop one until it or the node is started again (the setting `plugins` says which start)')
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, name: string) =>
        show(await client.plugins.stop({ params: { name }, signal }), () => `${name} is stopped`)
      )
    )
  plugin
    .command('start')
    .description('start one')
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const status = await client.plugins.start({ params: { name }, signal })
        if (status.state !== 'running') throw new BorgoError('PLUGIN_STOPPED', `${name} failed: ${status.error ?? ''}`)
        show(status, () => `${name} runs`)
      })
    )
}

function pluginsText(plugins: PluginStatus[]): string {
  return table(
    ['name', 'state', 'error'],
    plugins.map(({ name, state, error = '' }) => [name, state, error])
  )
}
