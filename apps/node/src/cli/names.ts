import { foundNames, type Directory, type NamePlace, type NameRecord, type Registration } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { Option, type Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { confirm } from './confirm.ts'
import { findGroup } from './find-group.ts'
import { findPerson } from './find-person.ts'
import { givenData } from './given-data.ts'
import { printable } from './printable.ts'
import { formatBytes, formatTime, list, table } from './table.ts'
import { duration, integer } from './values.ts'

const SCOPES = ['link', 'group', 'global'] as const
/** Characters of text data that are shown. */
const SHOWN = 200

interface PlaceOptions {
  scope?: NamePlace['scope']
  group?: string
}

interface DetailOptions extends PlaceOptions {
  comment?: string
  file?: string
  address?: string[]
  lifetime?: number
}

interface ResolveOptions extends PlaceOptions {
  limit?: number
  wait?: number
  nearest?: boolean
  others?: boolean
}

export function nameCommands(program: Command): void {
  const name = program
    .command('name')
    .description('names under which devices are found: on the link, in a group, or by everybody')
  listCommand(name)
  registerCommands(name)
  resolveCommand(name)
}

function listCommand(name: Command): void {
  name
    .command('list', { isDefault: true })
    .description('the names of this device')
    .action(
      action(async ({ client, signal, show, note }) => {
        const names = await client.names.own({ signal })
        const [first] = names
        if (first) note(`others find them as ${first.name.slice(0, first.name.indexOf('/'))}/<label>`)
        show(names, ownText)
      })
    )
  name
    .command('directory')
    .description('how this node takes part in the directory of global names')
    .action(action(async ({ client, signal, show }) => show(await client.names.directory({ signal }), directoryText)))
}

function registerCommands(name: Command): void {
  withDetails(
    name
      .command('register')
      .description('register a name for this device, or replace what it says, until it is withdrawn')
      .argument('<label>', '1 to 64 characters without a slash')
      .argument('[text]', 'data that goes along; - reads it from stdin')
  ).action(
    action(async (context, label: string, text: string | undefined, options: DetailOptions) => {
      const { client, signal, show } = context
      const body = { label, ...(await placeOf(context, options)), ...(await detailsOf(text, options)) }
      show(await client.names.register({ body, signal }), one => `registered ${where(one)}: ${one.name}`)
    })
  )
  withDetails(
    name
      .command('update')
      .description('change what a name says; what is not given stays')
      .argument('<label>')
      .argument('[text]', 'other data; - reads it from stdin')
  )
    .option('--own-addresses', 'those of this node again, as they change')
    .action(
      action(
        async (
          context,
          label: string,
          text: string | undefined,
          { ownAddresses, ...options }: DetailOptions & { ownAddresses?: boolean }
        ) => {
          const { client, signal, show } = context
          const own = ownAddresses ? { addresses: null } : {}
          const place = await ownPlaceOf(context, label, options)
          const body = { label, ...place, ...(await detailsOf(text, options)), ...own }
          show(await client.names.update({ body, signal }), one => `changed ${where(one)}: ${one.name}`)
        }
      )
    )
  withPlace(
    name
      .command('withdraw')
      .description('give a name up, and say so to who has it')
      .argument('<label>')
      .option('--yes', 'do not ask')
  ).action(
    action(async (context, label: string, { yes, ...options }: PlaceOptions & { yes?: boolean }) => {
      const { client, signal, show } = context
      const query = { label, ...(await ownPlaceOf(context, label, options)) }
      await confirm(`Nobody will find ${printable(label)} any more.`, { yes, signal })
      await client.names.withdraw({ query, signal })
      show({ withdrawn: query }, () => `${printable(label)} is withdrawn`)
    })
  )
}

function resolveCommand(name: Command): void {
  name
    .command('resolve')
    .description('print what devices say of a name, as it is found; Ctrl-C ends the search')
    .argument('<name>', '<account>/<label>, <contact or member>/<label>, or a label of your own')
    .addOption(new Option('--scope <scope>', 'where to look (default: everywhere)').choices(SCOPES))
    .option('--group <group>', 'only in this group, by name or id')
    .option('--limit <number>', 'end after so many', integer(1, 10_000))
    .option('--wait <duration>', 'how long to look, at most 10m (default: 30s)', duration)
    .option('--nearest', 'the nearest first: dials who was found, and prints nothing before all have answered')
    .option('--others', 'leave out what this device registered')
    .action(
      action(async (context, text: string, { limit, nearest, others, wait, ...place }: ResolveOptions) => {
        const { client, note, showEach, signal } = context
        const query = {
          name: await nameOf(context, text),
          ...(place.scope && { scope: place.scope }),
          ...(place.group !== undefined && { group: (await findGroup(client, place.group, signal)).id }),
          ...(limit !== undefined && { limit }),
          ...(wait !== undefined && { timeoutMs: wait }),
          ...(nearest && { nearest }),
          ...(others && { excludeSelf: true })
        }
        const found = foundNames(await client.names.resolve({ query, signal }))
        let count = 0
        let next = await found.next()
        for (; !next.done; next = await found.next()) {
          count += 1
          showEach(next.value, foundText)
        }
        if (next.value === undefined) throw nodeError('STOPPED', 'the node stopped before the search was over')
        if (next.value === 'time') note('the time is over; with more (--wait) there may be more to find')
        if (count === 0) throw new BorgoError('NAME_UNKNOWN', `nobody who was asked has the name ${query.name}`)
      })
    )
}

function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--scope <scope>',
        'who knows it: link, group or global (default: link, or group with --group)'
      ).choices(SCOPES)
    )
    .option('--group <group>', 'the group that knows it, by name or id')
}

function withDetails(command: Command): Command {
  return withPlace(command)
    .option('--comment <text>', 'at most 256 characters')
    .option('--file <file>', 'data from a file, at most 16 KiB')
    .option('--address <multiaddr...>', 'addresses that others are told, at most 16 (default: those of this node)')
    .option('--lifetime <duration>', 'how long others keep it without hearing of it again: 1m to 7d', duration)
}

async function placeOf({ client, signal }: Context, options: PlaceOptions): Promise<Omit<NamePlace, 'label'>> {
  const { group, scope = group === undefined ? 'link' : 'group' } = options
  if ((scope === 'group') !== (group !== undefined))
    throw nodeError('USAGE', 'a group goes with the scope group: --scope group --group <group>')
  return { scope, ...(group !== undefined && { group: (await findGroup(client, group, signal)).id }) }
}

/** Where a name of this device is that is to be changed: the only place, where none is said. Throws NAME_UNKNOWN, USAGE. */
async function ownPlaceOf(context: Context, label: string, options: PlaceOptions): Promise<Omit<NamePlace, 'label'>> {
  if (options.scope !== undefined || options.group !== undefined) return await placeOf(context, options)
  const { client, signal } = context
  const places = (await client.names.own({ signal })).filter(one => one.label === label)
  const [place, another] = places
  if (!place)
    throw new BorgoError('NAME_UNKNOWN', `this device has no name ${label}: \`borgo name list\` shows its names`)
  if (another)
    throw nodeError('USAGE', `${label} is known ${places.map(where).join(' and ')}: say which, by --scope or --group`)
  return { scope: place.scope, ...(place.group !== undefined && { group: place.group }) }
}

async function detailsOf(text: string | undefined, { address, comment, file, lifetime }: DetailOptions) {
  const data = await givenData({ text, file })
  return {
    ...(comment !== undefined && { comment }),
    ...(data !== undefined && { data }),
    ...(address && { addresses: address }),
    ...(lifetime !== undefined && { lifetimeMs: lifetime })
  }
}

/** A name as the node knows it, of one as a person types it. */
async function nameOf({ client, signal }: Context, text: string): Promise<string> {
  const slash = text.indexOf('/')
  if (slash === -1) return `${(await client.status.identity({ signal })).account}/${text}`
  return `${await findPerson(client, text.slice(0, slash), signal)}${text.slice(slash)}`
}

function where({ scope, group }: Pick<Registration, 'scope' | 'group'>): string {
  if (scope === 'group') return `in the group ${group?.slice(0, 9) ?? ''}…`
  return scope === 'link' ? 'on the link' : 'for everybody'
}

function ownText(names: Registration[]): string {
  if (names.length === 0) return 'this device has no name yet: `borgo name register <label>`'
  return table(
    ['label', 'known', 'announced', 'until', 'data', 'comment'],
    names.map(one => [
      printable(one.label),
      where(one),
      announced(one),
      one.expiresAt === undefined ? '' : formatTime(one.expiresAt),
      contents(one.data).slice(0, 40),
      printable(one.comment).slice(0, 40)
    ])
  )
}

function announced({ announcedAt, scope, holders }: Registration): string {
  if (announcedAt === undefined) return 'not yet'
  if (scope !== 'global') return formatTime(announcedAt)
  return holders === 0 ? 'nobody took it yet' : `${formatTime(announcedAt)}, ${holders} have it`
}

function foundText({ name, device, addresses, comment, data, expiresAt, rttMs, ...place }: NameRecord): string {
  return list([
    ['name', printable(name)],
    ['device', device],
    ['known', where(place)],
    ...(rttMs === undefined ? [] : [['distance', `${rttMs.toFixed(1)} ms`] as const]),
    ...(comment === '' ? [] : [['comment', oneLine(comment)] as const]),
    ...(data === '' ? [] : [['data', contents(data)] as const]),
    ...addresses.map(address => ['address', oneLine(address)] as const),
    ['until', `${formatTime(expiresAt)}\n`]
  ])
}

/** Data as text, where it is text, and how much it is. */
function contents(data: string): string {
  if (data === '') return ''
  const bytes = Buffer.from(data, 'base64')
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes) && !/[^\P{Cc}\n\t]/u.test(text)
  const size = formatBytes(bytes.length)
  return isText ? `${oneLine(text).slice(0, SHOWN)} (${size})` : size
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ')
}

function directoryText({ lan, wan, keys, bytes }: Directory): string {
  const part = ({ mode, peers }: Directory['lan']): string =>
    mode === 'off' ? 'off' : `${mode === 'server' ? 'answers others' : 'only asks'}, knows ${peers} nodes`
  return list([
    ['on private networks', part(lan)],
    ['on the Internet', part(wan)],
    ['keeps for all', `${keys} names, ${formatBytes(bytes)}`]
  ])
}
