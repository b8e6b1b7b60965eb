import type { App, Client } from '@borgo/api'
import type { Command } from 'commander'
import { action, type Context } from './cli.ts'
import { findPerson } from './find-person.ts'
import { printable } from './printable.ts'
import { findScope, TO } from './scope.ts'
import { table } from './table.ts'

type OwnApp = Awaited<ReturnType<Client['apps']['own']>>[number]

interface RegisterOptions {
  name?: string
  can: string[]
  to: string
}

export function appCommands(program: Command): void {
  const app = program.command('app').description('programs that people have and can be invited to use')
  app
    .command('list', { isDefault: true })
    .description('which ones this person says to have')
    .option('--of <person>', 'which ones somebody else has: by nickname, name or account')
    .action(action(list))
  app
    .command('register')
    .description('say that this person has an app, or another version of it, until it is removed or the node stops')
    .argument('<id>', 'of your own choice, such as chess')
    .option('--name <name>', 'what people read (default: the id)')
    .option('--can <capability...>', 'what it can do, for programs, such as play/1', [])
    .option(...TO)
    .action(
      action(async ({ client, signal, show }, id: string, { can, name = id, to }: RegisterOptions) => {
        const scope = await findScope(client, to, signal)
        await client.apps.register({ params: { id }, body: { name, capabilities: can, scope }, signal })
        show({ id, name, capabilities: can, scope }, () => `others see that you have ${printable(name)}`)
      })
    )
  app
    .command('remove')
    .description('say so no longer')
    .argument('<id>')
    .action(
      action(async ({ client, signal, show }, id: string) => {
        await client.apps.remove({ params: { id }, signal })
        show({ removed: id }, () => `others do not see ${id} any more`)
      })
    )
}

async function list({ client, signal, show }: Context, { of }: { of?: string }): Promise<void> {
  if (of === undefined) return show(await client.apps.own({ signal }), ownText)
  const account = await findPerson(client, of, signal)
  show(await client.apps.of({ params: { account }, signal }), apps => seenText(apps, of))
}

function ownText(apps: OwnApp[]): string {
  if (apps.length === 0) return 'you say of no app that you have it: `borgo app register <id>`'
  return table(
    ['id', 'name', 'can', 'to'],
    apps.map(app => [...row(app), app.scope])
  )
}

function seenText(apps: App[], of: string): string {
  if (apps.length === 0) return `${of} is not connected, or shows you no app`
  return table(['id', 'name', 'can'], apps.map(row))
}

function row({ capabilities, id, name }: App): string[] {
  return [id, printable(name), capabilities.join(', ')]
}
