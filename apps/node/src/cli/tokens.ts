import type { Token } from '@borgo/api'
import { Option, type Command } from 'commander'
import { action } from './cli.ts'
import { formatTime, table } from './table.ts'
import { duration } from './values.ts'

interface CreateOptions {
  scope: Token['scope']
  expires?: number
}

export function tokenCommands(program: Command): void {
  const token = program.command('token').description('bearer tokens for programs that use the API over HTTP')
  token
    .command('list', { isDefault: true })
    .description('show them, without their secret')
    .action(action(async ({ client, signal, show }) => show(await client.access.tokens({ signal }), tokensText)))
  token
    .command('create')
    .description('make one; it is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option(
        '--scope <scope>',
        'metrics: how the node is, for monitoring; read: everything; admin: also change, and export'
      )
        .choices(['metrics', 'read', 'admin'])
        .default('read')
    )
    .option('--expires <duration>', 'how long it works, such as 12h or 90d (default: until revoked)', duration)
    .action(
      action(async ({ client, signal, show }, name: string, { scope, expires }: CreateOptions) => {
        const body = { name, scope, ...(expires && { expiresInMs: expires }) }
        show(await client.access.createToken({ body, signal }), created => created.token)
      })
    )
  token
    .command('revoke')
    .description('make one worthless')
    .argument('<id>', 'as `borgo token list` shows it')
    .action(
      action(async ({ client, signal, show }, id: string) => {
        await client.access.revokeToken({ params: { id }, signal })
        show({ revoked: id }, () => `revoked ${id}`)
      })
    )
}

function tokensText(tokens: Token[]): string {
  if (tokens.length === 0) return 'no tokens: `borgo token create <name>` makes one'
  return table(
    ['id', 'name', 'scope', 'created', 'expires'],
    tokens.map(({ id, name, scope, createdAt, expiresAt }) => [
      id,
      name,
      scope,
      formatTime(createdAt),
      expiresAt === undefined ? 'never' : formatTime(expiresAt)
    ])
  )
}
