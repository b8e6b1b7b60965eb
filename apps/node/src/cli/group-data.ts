import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import type { Group, GroupScope, GroupStorage } from '@borgo/api'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action } from './cli.ts'
import { findGroup } from './find-group.ts'
import { printable } from './printable.ts'
import { formatBytes, list, table } from './table.ts'
import { duration, integer } from './values.ts'

const DAY_MS = 86_400_000

interface KeepOptions {
  age?: number
  kind?: string[]
  all?: boolean
}

/** What a group has written: how much it takes, and taking it out. */
export function groupDataCommands(group: Command): void {
  group
    .command('storage')
    .description("show what a group's records take on this node, and what they may")
    .argument('<group>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const found = await findGroup(client, name, signal)
        show(await client.groups.storage({ params: { group: found.id }, signal }), storage =>
          storageText(storage, found)
        )
      })
    )
  group
    .command('keep')
    .description('show which contents this node fetches by itself, or change it; the others stay with the members')
    .argument('<group>', 'by name or id')
    .option('--age <duration>', 'nothing older, such as 30d', duration)
    .option('--kind <names...>', 'nothing but these kinds, such as rtc/message')
    .option('--all', 'everything')
    .action(
      action(async ({ client, signal, show }, name: string, { age, all, kind }: KeepOptions) => {
        const { id } = await findGroup(client, name, signal)
        const params = { group: id }
        const body = { ...(age !== undefined && { maxAgeMs: age }), ...(kind && { kinds: kind }) }
        const isChange = all || Object.keys(body).length > 0
        if (all && Object.keys(body).length > 0) throw nodeError('USAGE', '--all goes with nothing else')
        const scope = isChange
          ? await client.groups.setScope({ params, body, signal })
          : await client.groups.scope({ params, signal })
        show(scope, scopeText)
      })
    )
  group
    .command('fetch')
    .description('fetch contents that were left with other members, the latest first')
    .argument('<group>', 'by name or id')
    .option('--limit <number>', 'how many (default: 50)', integer(1, 1_000))
    .action(
      action(async ({ client, signal, show }, name: string, { limit }: { limit?: number }) => {
        const { id } = await findGroup(client, name, signal)
        const body = { ...(limit !== undefined && { limit }) }
        const fetched = await client.groups.fetchLeftOut({ params: { group: id }, body, signal })
        show(fetched, ({ came, leftOut }) => `${came} came, ${leftOut} are still with other members`)
      })
    )
  group
    .command('export')
    .description('write a whole group as lines of JSON: signed, verified, and decrypted; guard it like the node itself')
    .argument('<group>', 'by name or id')
    .argument('[file]', 'a new file (default: standard output)')
    .action(
      action(async ({ client, note, signal }, name: string, file: string | undefined) => {
        const { id } = await findGroup(client, name, signal)
        const { body } = await client.groups.export({ params: { group: id }, signal })
        if (!body) return
        const lines = Readable.fromWeb(body as ReadableStream)
        if (file === undefined) return await pipeline(lines, process.stdout, { end: false })
        await pipeline(lines, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
        note(`written to ${file}`)
      })
    )
}

function scopeText({ kinds, maxAgeMs }: GroupScope): string {
  return list([
    [
      'fetched by itself',
      maxAgeMs === undefined ? 'whatever its age' : `what is at most ${maxAgeMs / DAY_MS} days old`
    ],
    ['kinds', kinds ? kinds.join(', ') : 'all']
  ])
}

function storageText(
  { bytes, leftOut, members, quota, records, replaced, wanted }: GroupStorage,
  { members: people }: Group
): string {
  const nameOf = (account: string): string => people.find(one => one.account === account)?.name ?? account
  const head = list([
    ['records', String(records)],
    ['on disk', `${formatBytes(bytes)} of ${formatBytes(quota.groupBytes)}`],
    ...(quota.nodeBytes === undefined ? [] : ([['all groups', `at most ${formatBytes(quota.nodeBytes)}`]] as const)),
    ['being fetched', String(wanted)],
    ['left with others', String(leftOut)],
    ['replaced by later ones', `${replaced.records}, which saves ${formatBytes(replaced.bytes)}`]
  ])
  const rows = members.map(one => [
    printable(nameOf(one.account)),
    String(one.records),
    formatBytes(one.bytes),
    formatBytes(one.quotaBytes)
  ])
  return rows.length === 0 ? head : `${head}\n\n${table(['member', 'records', 'on disk', 'of'], rows)}`
}
