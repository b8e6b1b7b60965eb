import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'
import type { Group, GroupStorage } from '@borgo/api'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { findGroup } from './find-group.ts'
import { printable } from './printable.ts'
import { formatBytes, list, table } from './table.ts'

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

function storageText(
  { bytes, leftOut, members, quota, records, wanted }: GroupStorage,
  { members: people }: Group
): string {
  const nameOf = (account: string): string => people.find(one => one.account === account)?.name ?? account
  const head = list([
    ['records', String(records)],
    ['on disk', `${formatBytes(bytes)} of ${formatBytes(quota.groupBytes)}`],
    ['for each member', formatBytes(quota.memberBytes)],
    ['being fetched', String(wanted)],
    ['left with others', String(leftOut)]
  ])
  const rows = members.map(one => [printable(nameOf(one.account)), String(one.records), formatBytes(one.bytes)])
  return rows.length === 0 ? head : `${head}\n\n${table(['member', 'records', 'on disk'], rows)}`
}
