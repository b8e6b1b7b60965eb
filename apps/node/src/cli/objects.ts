import type { PublishedObject, SeenObject } from '@borgo/api'
import type { Command } from 'commander'
import { action, type Context } from './cli.ts'
import { findPerson } from './find-person.ts'
import { givenData } from './given-data.ts'
import { printable } from './printable.ts'
import { findScope, TO } from './scope.ts'
import { formatBytes, formatTime, table } from './table.ts'
import { duration } from './values.ts'

interface PublishOptions {
  type: string
  to: string
  file?: string
  expires?: number
}

interface ListOptions {
  of?: string
  type?: string
}

export function objectCommands(program: Command): void {
  const object = program.command('object').description('small things that people show each other while connected')
  object
    .command('list', { isDefault: true })
    .description('what others show you now')
    .option('--of <person>', 'only this person')
    .option('--type <type>', 'only these')
    .action(action(async (context, options: ListOptions) => context.show(await list(context, options), seenText)))
  object
    .command('own')
    .description('what this device shows')
    .action(action(async ({ client, signal, show }) => show(await client.objects.own({ signal }), ownText)))
  object
    .command('publish')
    .description('show something, or another version of it, until it expires or is removed')
    .argument('<id>', 'of your own choice, such as avatar')
    .argument('[text]', 'what to show; - reads it from stdin')
    .option('--file <file>', 'show what is in a file, at most 16 KiB')
    .option('--type <type>', 'what it is, for programs', 'text/plain')
    .option(...TO)
    .option('--expires <duration>', 'how long, such as 30m or 7d (default: until it is removed)', duration)
    .action(
      action(async (context, id: string, text: string | undefined, { expires, file, to, type }: PublishOptions) => {
        const { client, signal, show } = context
        const data = (await givenData({ text, file })) ?? ''
        const scope = await findScope(client, to, signal)
        const body = { type, scope, data, ...(expires && { expiresInMs: expires }) }
        show(await client.objects.publish({ params: { id }, body, signal }), published => `${published.id} is shown`)
      })
    )
  object
    .command('watch')
    .description('print what others show, whenever it changes, until Ctrl-C')
    .option('--of <person>', 'only this person')
    .action(
      action(async (context, { of }: ListOptions) => {
        const { client, showEach, signal } = context
        const only = of === undefined ? undefined : await findPerson(client, of, signal)
        for await (const event of client.events(['objects'], { signal })) {
          if (event.topic !== 'objects' || (only !== undefined && event.data.account !== only)) continue
          const { account, id } = event.data
          const now = (await client.objects.list({ query: { account }, signal })).find(one => one.id === id)
          showEach({ account, id, object: now ?? null }, () => (now ? seenText([now]) : `${account}  ${id}  gone`))
        }
      })
    )
  object
    .command('remove')
    .description('show something no longer')
    .argument('<id>')
    .action(
      action(async ({ client, signal, show }, id: string) => {
        await client.objects.withdraw({ params: { id }, signal })
        show({ removed: id }, () => `${id} is not shown any more`)
      })
    )
}

async function list({ client, signal }: Context, { of, type }: ListOptions): Promise<SeenObject[]> {
  const account = of === undefined ? undefined : await findPerson(client, of, signal)
  return await client.objects.list({ query: { ...(account && { account }), ...(type && { type }) }, signal })
}

function seenText(objects: SeenObject[]): string {
  if (objects.length === 0) return 'nobody who is connected shows you anything'
  return table(
    ['account', 'id', 'type', 'size', 'expires', 'text'],
    objects.map(object => [object.account, ...row(object)])
  )
}

function ownText(objects: PublishedObject[]): string {
  if (objects.length === 0) return 'you show nothing: `borgo object publish <id> <text>`'
  return table(
    ['id', 'type', 'size', 'expires', 'text', 'to'],
    objects.map(object => [...row(object), object.scope])
  )
}

function row({ data, expiresAt, id, type }: Omit<SeenObject, 'account'>): string[] {
  const bytes = Buffer.from(data, 'base64')
  const text = type.startsWith('text/') ? printable(bytes.toString('utf8').slice(0, 60)) : ''
  return [id, type, formatBytes(bytes.length), expiresAt === undefined ? '' : formatTime(expiresAt), text]
}
