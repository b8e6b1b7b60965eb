import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Post, SharedDocument, Thread, Workspace } from '@borgo/api'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { findGroup } from './find-group.ts'
import { findDocument, findThread, findWorkspace } from './find-workspace.ts'
import { printable } from './printable.ts'
import { formatTime, table } from './table.ts'
import { integer } from './values.ts'

export function workspaceCommands(program: Command): void {
  const workspace = program.command('workspace').description('places of a group to work in: a board and documents')
  workspace
    .command('list', { isDefault: true })
    .description('show the workspaces')
    .option('--group <group>', 'only those of one group')
    .action(
      action(async ({ client, signal, show }, options: { group?: string }) => {
        const query = options.group === undefined ? {} : { group: (await findGroup(client, options.group, signal)).id }
        const groups = new Map((await client.groups.list({ signal })).map(({ id, name }) => [id, name]))
        show(await client.workspaces.list({ query, signal }), found => workspacesText(found, groups))
      })
    )
  workspace
    .command('create')
    .description('found a workspace in a group')
    .argument('<group>', 'by name or id')
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, group: string, name: string) => {
        const body = { group: (await findGroup(client, group, signal)).id, name }
        show(await client.workspaces.create({ body, signal }), ({ id }) => id)
      })
    )
  boardCommands(workspace)
  documentCommands(workspace.command('doc').description('text documents that several people edit at once'))
}

function boardCommands(workspace: Command): void {
  workspace
    .command('board')
    .description("show the board's threads, or one thread's posts, oldest first")
    .argument('<workspace>', 'by name or id')
    .argument('[thread]', 'by title or id')
    .option('-n, --limit <posts>', 'how many', integer(1, 500), 50)
    .option('--before <post>', 'those before a post; the end of a page says where the one before begins')
    .action(
      action(async (context, place: string, thread?: string | BoardOptions, options?: BoardOptions) => {
        const { client, json, note, signal, show } = context
        const { id } = await findWorkspace(client, place, signal)
        if (typeof thread !== 'string') {
          show(await client.workspaces.threads({ params: { workspace: id }, signal }), threadsText)
          return
        }
        const params = { workspace: id, thread: (await findThread(client, id, thread)).id }
        const { before, limit } = options ?? { limit: 50 }
        const query = { limit, ...(before !== undefined && { before }) }
        const page = await client.workspaces.posts({ params, query, signal })
        show(page, ({ posts }) => posts.map(postText).join('\n'))
        if (page.before !== undefined && !json) note(`older ones: --before ${page.before}`)
      })
    )
  workspace
    .command('post')
    .description('post on the board: a new thread with --title, or an answer in one with --thread')
    .argument('<workspace>', 'by name or id')
    .argument('<text>', '- reads it from stdin')
    .option('--title <title>', 'begin a thread')
    .option('--thread <thread>', 'answer in a thread, by title or id')
    .action(
      action(async (context, place: string, text: string, options: { title?: string; thread?: string }) => {
        const { client, signal, show } = context
        const { title, thread } = options
        if ((title === undefined) === (thread === undefined))
          throw nodeError('USAGE', 'give --title for a new thread or --thread to answer in one')
        const { id } = await findWorkspace(client, place, signal)
        const words = text === '-' ? (await utf8(process.stdin)).trimEnd() : text
        if (title !== undefined) {
          const body = { title, text: words }
          show(await client.workspaces.startThread({ params: { workspace: id }, body, signal }), made => made.id)
        } else {
          const params = { workspace: id, thread: (await findThread(client, id, thread ?? '')).id }
          show(await client.workspaces.reply({ params, body: { text: words }, signal }), made => made.id)
        }
      })
    )
  workspace
    .command('edit-post')
    .description('change a post of your own')
    .argument('<workspace>', 'by name or id')
    .argument('<post>', 'its id')
    .argument('<text>', '- reads it from stdin')
    .action(
      action(async ({ client, signal, show }, place: string, post: string, text: string) => {
        const params = { workspace: (await findWorkspace(client, place, signal)).id, post }
        const body = { text: text === '-' ? (await utf8(process.stdin)).trimEnd() : text }
        show(await client.workspaces.editPost({ params, body, signal }), postText)
      })
    )
  workspace
    .command('remove-post')
    .description('take a post of your own back')
    .argument('<workspace>', 'by name or id')
    .argument('<post>', 'its id')
    .action(
      action(async ({ client, signal, show }, place: string, post: string) => {
        const params = { workspace: (await findWorkspace(client, place, signal)).id, post }
        show(await client.workspaces.removePost({ params, signal }), postText)
      })
    )
}

interface BoardOptions {
  limit: number
  before?: string
}

function documentCommands(doc: Command): void {
  doc
    .command('list')
    .description('show the documents of a workspace')
    .argument('<workspace>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, place: string) => {
        const { id } = await findWorkspace(client, place, signal)
        show(await client.workspaces.documents({ params: { workspace: id }, signal }), documentsText)
      })
    )
  doc
    .command('create')
    .description('add an empty document')
    .argument('<workspace>', 'by name or id')
    .argument('<title>')
    .action(
      action(async ({ client, signal, show }, place: string, title: string) => {
        const { id } = await findWorkspace(client, place, signal)
        const made = await client.workspaces.createDocument({ params: { workspace: id }, body: { title }, signal })
        show(made, ({ id }) => id)
      })
    )
  doc
    .command('show')
    .description('print the text of a document')
    .argument('<workspace>', 'by name or id')
    .argument('<document>', 'by title or id')
    .action(
      action(async (context, place: string, title: string) => {
        const { client, signal, show } = context
        const params = await findPlace(context, place, title)
        show(await client.workspaces.readDocument({ params, signal }), ({ text }) => printable(text))
      })
    )
  doc
    .command('edit')
    .description('make the text that of a file, or add to its end; others go on editing meanwhile')
    .argument('<workspace>', 'by name or id')
    .argument('<document>', 'by title or id')
    .argument('[file]', 'the text; - or nothing reads it from stdin', '-')
    .option('--append', 'add to the end instead')
    .action(
      action(async (context, place: string, title: string, file: string, { append }: { append?: boolean }) => {
        const { client, signal, show } = context
        const params = await findPlace(context, place, title)
        const source = file === '-' ? process.stdin : createReadStream(file)
        const body = Readable.toWeb(source) as ReadableStream<Uint8Array>
        const query = { mode: append === true ? 'append' : 'replace' } as const
        show(await client.workspaces.writeDocument({ params, query, body, signal }), ({ id }) => id)
      })
    )
  doc
    .command('watch')
    .description('print the text whenever it changes, until Ctrl-C')
    .argument('<workspace>', 'by name or id')
    .argument('<document>', 'by title or id')
    .action(
      action(async (context, place: string, title: string) => {
        const { client, signal, showEach } = context
        const params = await findPlace(context, place, title)
        const print = async (): Promise<void> =>
          showEach(await client.workspaces.readDocument({ params, signal }), ({ text }) => `${printable(text)}\n---`)
        await print()
        for await (const event of client.events(['workspaces'], { signal })) {
          const isOurs =
            event.topic === 'workspaces' && event.data.type === 'document' && event.data.document === params.document
          if (isOurs || event.topic === 'reset') await print()
        }
      })
    )
}

async function findPlace(
  { client, signal }: Context,
  place: string,
  title: string
): Promise<{ workspace: string; document: string }> {
  const workspace = await findWorkspace(client, place, signal)
  return { workspace: workspace.id, document: (await findDocument(client, workspace, title, signal)).id }
}

function workspacesText(workspaces: Workspace[], groups: ReadonlyMap<string, string>): string {
  if (workspaces.length === 0) return 'no workspaces yet: `borgo workspace create <group> <name>` founds one'
  return table(
    ['workspace', 'name', 'group'],
    workspaces.map(({ group, id, name }) => [id, printable(name), printable(groups.get(group) ?? group)])
  )
}

function threadsText(threads: Thread[]): string {
  if (threads.length === 0) return 'no threads yet: `borgo workspace post <workspace> --title … <text>` begins one'
  return table(
    ['thread', 'latest', 'posts', 'by', 'title'],
    threads.map(({ author, id, lastPostAt, posts, title }) => [
      id,
      formatTime(lastPostAt),
      String(posts),
      printable(author),
      printable(title)
    ])
  )
}

function documentsText(documents: SharedDocument[]): string {
  if (documents.length === 0) return 'no documents yet: `borgo workspace doc create <workspace> <title>` adds one'
  return table(
    ['document', 'changed', 'title'],
    documents.map(({ changedAt, createdAt, id, title }) => [id, formatTime(changedAt ?? createdAt), printable(title)])
  )
}

function postText({ author, editedAt, id, isTimeOff, postedAt, text }: Post): string {
  const edited = editedAt === undefined ? '' : ` (edited ${formatTime(editedAt)})`
  const time = isTimeOff ? `${formatTime(postedAt)}?` : formatTime(postedAt)
  return `${time}  ${printable(author)}${edited}  ${id}\n${text === undefined ? '(taken back)' : printable(text)}\n`
}

async function utf8(stream: Readable): Promise<string> {
  const { text } = await import('node:stream/consumers')
  return await text(stream)
}
