import { FoundField, FoundKind, type Found } from '@borgo/api'
import { Option, type Command } from 'commander'
import { action } from './cli.ts'
import { findGroup } from './find-group.ts'
import { findPerson } from './find-person.ts'
import { printable } from './printable.ts'
import { formatTime, table } from './table.ts'
import { instant, integer } from './values.ts'

const KINDS = FoundKind.anyOf.map(({ const: kind }) => kind)
const FIELDS = FoundField.anyOf.map(({ const: field }) => field)

interface SearchOptions {
  group?: string
  kind?: FoundKind[]
  field?: FoundField
  by?: string
  since?: number
  until?: number
  before?: number
  limit: number
}

export function searchCommands(program: Command): void {
  program
    .command('search')
    .description('find messages, posts, titles and names by their words on this node; the last may be its beginning')
    .argument('<words...>', '\'"several in quotes"\' stand together')
    .option('--group <group>', 'only in this one, by name or id')
    .addOption(new Option('--kind <kind...>', 'only these').choices(KINDS))
    .addOption(new Option('--field <field>', 'only words of this').choices(FIELDS))
    .option('--by <person>', 'written by this person: an account, or what they are called')
    .option('--since <time>', 'not older: a date, with or without a time, or so long ago, such as 7d', instant)
    .option('--until <time>', 'written before that time', instant)
    .option('-n, --limit <number>', 'how many', integer(1, 200), 50)
    .option('--before <place>', 'more of them; the end of a list says from where', integer(1, Number.MAX_SAFE_INTEGER))
    .action(
      action(
        async (
          { client, json, note, show, signal },
          words: string[],
          { group, kind, by: author, ...options }: SearchOptions
        ) => {
          const found = await client.search.find({
            query: {
              q: words.join(' '),
              ...options,
              ...(group !== undefined && { group: (await findGroup(client, group, signal)).id }),
              ...(kind && { kinds: kind.join(',') }),
              ...(author !== undefined && { by: await findPerson(client, author, signal) })
            },
            signal
          })
          const groups = await client.groups.list({ signal })
          const names = new Map(groups.map(({ id, name }) => [id, name]))
          show(found, page => foundText(page.found, names))
          if (found.before !== undefined && !json) note(`more: --before ${found.before}`)
        }
      )
    )
}

function foundText(found: Found[], groups: ReadonlyMap<string, string>): string {
  if (found.length === 0) return 'nothing found'
  return table(
    ['what', 'in', 'by', 'at', 'title', 'text'],
    found.map(({ at, author, group, kind, text = '', title = '' }) => [
      kind,
      printable(groups.get(group) ?? ''),
      printable(author),
      formatTime(at),
      printable(title),
      printable(text).slice(0, 60)
    ])
  )
}
