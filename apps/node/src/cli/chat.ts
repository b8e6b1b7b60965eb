import type { Conversation, Message } from '@borgo/api'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { findGroup } from './find-group.ts'
import { membersCalled, pickMember } from './find-person.ts'
import { printable } from './printable.ts'
import { readStdin } from './stdin.ts'
import { formatTime, table } from './table.ts'
import { integer } from './values.ts'

interface HistoryOptions {
  limit: number
  before?: string
}

export function chatCommands(program: Command): void {
  const chat = program.command('chat').description('conversations: every group is one, and so are any two people')
  chat
    .command('list', { isDefault: true })
    .description('show the conversations, latest first')
    .action(
      action(async ({ client, signal, show }) => show(await client.chat.conversations({ signal }), conversationsText))
    )
  chat
    .command('send')
    .description('send a message; done when it is on disk here, and on its way')
    .argument('<conversation>', 'a group, by name or id, or a person, by account or name')
    .argument('<text>', '- reads it from stdin')
    .action(
      action(async (context, to: string, text: string) => {
        const { client, signal, show } = context
        const group = await findConversation(context, to)
        const body = { text: text === '-' ? await readStdin() : text }
        if (body.text.trim() === '') throw nodeError('USAGE', 'a message without text says nothing: nothing was sent')
        show(await client.chat.send({ params: { group }, body, signal }), ({ id }) => id)
      })
    )
  chat
    .command('history')
    .description('show messages, oldest first, with who has them and who read them')
    .argument('<conversation>', 'a group, by name or id, or a person, by account or name')
    .option('-n, --limit <messages>', 'how many', integer(1, 1_000), 50)
    .option('--before <place>', 'those before a place; the end of a page says where the one before begins')
    .action(
      action(async (context, to: string, { limit, before }: HistoryOptions) => {
        const { client, json, note, signal, show } = context
        const group = await findConversation(context, to)
        const query = { limit, ...(before !== undefined && { before }) }
        const page = await client.chat.messages({ params: { group }, query, signal })
        show(page, ({ messages }) => (messages.length > 0 ? messages.map(line).join('\n') : 'no messages yet'))
        if (page.before !== undefined && !json) note(`older ones: --before ${page.before}`)
      })
    )
  chat
    .command('watch')
    .description('print messages as they come, until Ctrl-C')
    .argument('[conversation]', 'only this one')
    .action(
      action(async (context, to?: string) => {
        const { client, signal, showEach } = context
        const only = typeof to === 'string' ? await findConversation(context, to) : undefined
        for await (const event of client.events(['chat'], { signal })) {
          if (event.topic !== 'chat' || event.data.type !== 'message') continue
          const { group, message } = event.data
          if (only !== undefined && group !== only) continue
          showEach(await client.chat.message({ params: { group, message }, signal }), line)
        }
      })
    )
  chat
    .command('read')
    .description('mark everything in a conversation as read; its authors see that')
    .argument('<conversation>', 'a group, by name or id, or a person, by account or name')
    .action(
      action(async (context, to: string) => {
        const { client, signal } = context
        await client.chat.markRead({ params: { group: await findConversation(context, to) }, signal })
      })
    )
}

/** The conversation that a person means: a group, or somebody whom a group of theirs knows. */
async function findConversation({ client, signal }: Context, text: string): Promise<string> {
  const groups = await client.groups.list({ signal })
  const people = membersCalled(groups, text).filter(({ self }) => !self)
  const isGroup = groups.some(({ id, kind, name }) => id === text || (kind === 'shared' && name === text))
  if (people.length === 0 || isGroup) return (await findGroup(client, text, signal)).id
  return (await client.chat.direct({ body: { account: pickMember(people, text) }, signal })).group
}

function conversationsText(conversations: Conversation[]): string {
  if (conversations.length === 0) return 'no conversations yet: found or join a group, then `borgo chat send <group> …`'
  return table(
    ['group', 'with', 'unread', 'latest'],
    conversations.map(({ group, title, unread, last }) => [
      group,
      printable(title),
      String(unread),
      last ? `${formatTime(last.sentAt)} ${printable(last.text).split('\n')[0]?.slice(0, 60) ?? ''}` : ''
    ])
  )
}

/** One message as the commands print it. */
export function line({ author, delivered, isTimeOff, mine, read, sentAt, text }: Message): string {
  const seen =
    read.length > 0 ? `read by ${read.length}` : delivered.length > 0 ? `with ${delivered.length}` : 'on its way'
  const time = isTimeOff ? `${formatTime(sentAt)}?` : formatTime(sentAt)
  return `${time}  ${printable(author)}: ${indented(text)}${mine ? `  (${seen})` : ''}`
}

/** A line that begins at the margin is a message: no message can look like two. */
function indented(text: string): string {
  return printable(text).replaceAll('\n', '\n    ')
}
