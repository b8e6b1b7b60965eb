import { isAbsolute, resolve } from 'node:path'
import type { ContentFile, ContentHolder, SharedContent, Transfer } from '@borgo/api'
import { BorgoError, hasCode } from '@borgo/core/errors'
import type { Command } from 'commander'
import { byteProgress } from './byte-progress.ts'
import { action, type Context } from './cli.ts'
import { findContent, findTransfer } from './find-content.ts'
import { findGroup } from './find-group.ts'
import { detailOf, followTransfer } from './follow-transfer.ts'
import { printable } from './printable.ts'
import { formatBytes, formatTime, list, table } from './table.ts'

export function contentCommands(program: Command): void {
  const content = program.command('content').description('files and folders that groups share')
  publishCommand(content)
  fetchCommand(content)
  content
    .command('list', { isDefault: true })
    .description('show what is published to a group')
    .argument('<group>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const { id: group } = await findGroup(client, name, signal)
        show(await client.content.list({ params: { group }, signal }), contentText)
      })
    )
  content
    .command('show')
    .description('show one file or folder, and who has it')
    .argument('<group>', 'by name or id')
    .argument('<content>', 'by name or id')
    .action(
      action(async (context, name: string, text: string) => {
        const { client, signal, show } = context
        const params = await findPlace(context, name, text)
        const info = await client.content.get({ params, signal })
        const holders = await client.content.holders({ params, signal })
        show({ ...info, holders, contents: await filesOf(context, params) }, detailsText)
      })
    )
  content
    .command('withdraw')
    .description('take back what you published; copies that others have stay theirs')
    .argument('<group>', 'by name or id')
    .argument('<content>', 'by name or id')
    .action(
      action(async (context, name: string, text: string) => {
        const { client, signal, show } = context
        const params = await findPlace(context, name, text)
        await client.content.withdraw({ params, signal })
        show(params, ({ cid }) => `${cid} is not published any more`)
      })
    )
  content
    .command('discard')
    .description('give up the copy of this node to get room; a file or folder of your own stays where it is')
    .argument('<group>', 'by name or id')
    .argument('<content>', 'by name or id')
    .action(
      action(async (context, name: string, text: string) => {
        const { client, signal, show } = context
        const params = await findPlace(context, name, text)
        const { held } = await client.content.get({ params, signal })
        await client.content.discard({ params, signal })
        const isGone = held.state !== 'whole' || held.isOwned
        show(params, ({ cid }) => `${cid} is ${isGone ? 'not on this node' : 'not served from here'} any more`)
      })
    )
  transferCommands(content)
}

function publishCommand(content: Command): void {
  content
    .command('publish')
    .description('publish a file or folder; it stays where it is')
    .argument('<group>', 'by name or id')
    .argument('<path>')
    .option('--name <name>', 'how the others see it; its own name unless given')
    .option('--mime <type>', 'its media type, such as video/mp4')
    .action(
      action(async (context, name: string, path: string, options: { name?: string; mime?: string }) => {
        const { client, signal, show } = context
        const { id: group } = await findGroup(client, name, signal)
        const body = { path: resolve(path), ...options }
        const stop = await showReading(context, group, body.path)
        try {
          const info = await client.content.publish({ params: { group }, body, signal })
          show(info, ({ cid }) => cid)
        } finally {
          stop()
        }
      })
    )
}

/** Shows how far the node is with reading; returns the end of it. */
async function showReading(context: Context, group: string, path: string): Promise<() => void> {
  const stop = new AbortController()
  const progress = await byteProgress(context, path)
  const watch = async (): Promise<void> => {
    const signal = AbortSignal.any([context.signal, stop.signal])
    for await (const { topic, data } of context.client.events(['publishing'], { signal }))
      if (topic === 'publishing' && data.group === group && data.path === path)
        progress.show(data.doneBytes, data.bytes, 'reading')
  }
  // Publishing itself tells what is wrong; without events there is only no progress to show.
  const watching = watch().catch(() => undefined)
  return () => {
    stop.abort()
    progress.stop()
    void watching
  }
}

function fetchCommand(content: Command): void {
  content
    .command('fetch')
    .description('fetch a file or folder from everybody who has it, and wait until it is here')
    .argument('<group>', 'by name or id')
    .argument('<content>', 'by name or id')
    .option('--to <path>', 'a folder to put it in, or the file or folder to make; a place of the node unless given')
    .option('--detach', 'only begin it and print the id of the transfer')
    .action(
      action(async (context, name: string, text: string, options: { to?: string; detach?: boolean }) => {
        const { client, signal, show } = context
        const params = await findPlace(context, name, text)
        const body = options.to === undefined ? {} : { to: isAbsolute(options.to) ? options.to : resolve(options.to) }
        const begun = await client.content.fetch({ params, body, signal })
        if (options.detach === true) show(begun, ({ id }) => id)
        else show(finished(await followTransfer(context, begun)), ({ target }) => target)
      })
    )
}

function finished(transfer: Transfer): Transfer {
  if (transfer.state === 'done') return transfer
  if (transfer.error) throw new BorgoError(transfer.error.code, transfer.error.message)
  throw new BorgoError('TRANSFER_PAUSED', `${transfer.name} is ${transfer.state}: \`borgo content resume\` goes on`)
}

function transferCommands(content: Command): void {
  content
    .command('transfers')
    .description('show the transfers of this node, newest first')
    .action(action(async ({ client, signal, show }) => show(await client.content.transfers({ signal }), transfersText)))
  content
    .command('watch')
    .description('show how a transfer goes on, until it is over')
    .argument('<transfer>', 'by name, id or the beginning of it')
    .action(
      action(async (context, text: string) => {
        const found = await findTransfer(context.client, text, context.signal)
        context.show(finished(await followTransfer(context, found)), ({ target }) => target)
      })
    )
  content
    .command('pause')
    .description('stop a transfer; what was fetched stays')
    .argument('<transfer>', 'by name, id or the beginning of it')
    .action(
      action(async ({ client, signal, show }, text: string) => {
        const { id } = await findTransfer(client, text, signal)
        show(await client.content.pause({ params: { transfer: id }, signal }), transferText)
      })
    )
  content
    .command('resume')
    .description('go on with a transfer that was paused or failed')
    .argument('<transfer>', 'by name, id or the beginning of it')
    .action(
      action(async ({ client, signal, show }, text: string) => {
        const { id } = await findTransfer(client, text, signal)
        show(await client.content.resume({ params: { transfer: id }, signal }), transferText)
      })
    )
  content
    .command('cancel')
    .description('end a transfer and delete what was fetched of it')
    .argument('<transfer>', 'by name, id or the beginning of it')
    .action(
      action(async ({ client, signal, show }, text: string) => {
        const found = await findTransfer(client, text, signal)
        await client.content.cancel({ params: { transfer: found.id }, signal })
        show(found, ({ name }) => `${printable(name)} is not fetched any more`)
      })
    )
}

async function findPlace(
  { client, signal }: Context,
  name: string,
  text: string
): Promise<{ group: string; cid: string }> {
  const { id: group } = await findGroup(client, name, signal)
  return { group, cid: (await findContent(client, group, text, signal)).cid }
}

async function filesOf(
  { client, signal }: Context,
  params: { group: string; cid: string }
): Promise<ContentFile[] | undefined> {
  try {
    return await client.content.files({ params, signal })
  } catch (error) {
    if (hasCode(error, 'NOT_HELD')) return undefined
    throw error
  }
}

function contentText(all: SharedContent[]): string {
  if (all.length === 0) return 'nothing is published: `borgo content publish` does it'
  const rows = all.map(({ bytes, cid, files, held, name, publishedAt, publisher }) => [
    printable(name) + (files === undefined ? '' : '/'),
    formatBytes(bytes),
    held.state === 'whole' ? 'here' : held.state === 'none' ? '' : held.state,
    printable(publisher),
    formatTime(publishedAt),
    cid
  ])
  return table(['name', 'size', 'here', 'by', 'when', 'id'], rows)
}

type Details = SharedContent & { holders: ContentHolder[]; contents: ContentFile[] | undefined }

function detailsText({ bytes, cid, contents, held, holders, mime, name, publishedAt, publisher }: Details): string {
  const facts: [string, string][] = [
    ['name', printable(name)],
    ['id', cid],
    ['size', formatBytes(bytes)],
    ['published', `${formatTime(publishedAt)} by ${printable(publisher)}`],
    ...(mime === undefined ? [] : [['type', printable(mime)] satisfies [string, string]]),
    ['here', held.state === 'whole' ? held.path : held.state === 'faulty' ? held.fault : held.state]
  ]
  const who = holders.map(holder => [
    printable(holder.name) + (holder.isSelf ? ' (this node)' : ''),
    holder.percent === undefined ? 'busy' : `${holder.percent} %`,
    holder.rttMs === undefined ? '' : `${holder.rttMs.toFixed(1)} ms`
  ])
  const parts = [
    list(facts),
    who.length === 0 ? 'nobody who has it is connected' : table(['who has it', 'how much', 'rtt'], who)
  ]
  if (contents?.some(({ path }) => path !== ''))
    parts.push(
      table(
        ['file', 'size'],
        contents.map(file => [printable(file.path), formatBytes(file.bytes)])
      )
    )
  return parts.join('\n\n')
}

function transfersText(all: Transfer[]): string {
  if (all.length === 0) return 'nothing is being fetched'
  const rows = all.map(transfer => [
    transfer.id.slice(0, 8),
    printable(transfer.name),
    transfer.bytes === 0 ? '100 %' : `${Math.floor((100 * transfer.doneBytes) / transfer.bytes)} %`,
    formatBytes(transfer.bytes),
    transfer.error ? printable(transfer.error.message) : detailOf(transfer)
  ])
  return table(['id', 'name', 'done', 'size', 'state'], rows)
}

function transferText(transfer: Transfer): string {
  return transfersText([transfer])
}
