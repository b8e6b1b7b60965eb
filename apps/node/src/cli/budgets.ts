import type { BudgetKey, BudgetState, Client } from '@borgo/api'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action } from './cli.ts'
import { findGroup } from './find-group.ts'
import { formatBytes, table } from './table.ts'

const RESOURCES = ['up', 'down', 'messages', 'streams', 'storage'] as const
const OF = 'node, plugin:<name>, group:<name or id> or peer:<device>; plugin, group or peer alone: each on its own'
const WHEN = 'hold at these times of the week only, such as "mon-fri 08:00-18:00" or "daily 22:00-06:00"'

export function budgetCommands(program: Command): void {
  const budget = program.command('budget').description('what this node, its plugins, groups and peers may use')
  budget
    .command('list', { isDefault: true })
    .description('show the budgets and what is used of them now')
    .action(action(async ({ client, signal, show }) => show(await client.budgets.list({ signal }), budgetsText)))
  budget
    .command('set')
    .description('set a budget, or change it; it holds at once and from then on')
    .argument('<of>', OF)
    .addArgument(resource())
    .argument(
      '<amount>',
      'bytes per second or, for storage, in all with a unit (500K, 2M), messages per second, or streams',
      amount
    )
    .option('--when <times>', WHEN)
    .action(
      action(
        async ({ client, signal, show }, of: string, kind: Resource, value: number, options: { when?: string }) => {
          const body = { ...(await keyOf(client, of, kind, options, signal)), amount: value }
          show(await client.budgets.set({ body, signal }), budgetsText)
        }
      )
    )
  budget
    .command('clear')
    .description('remove a budget: what it limited is free at once')
    .argument('<of>', OF)
    .addArgument(resource())
    .option('--when <times>', 'the times that it was set with')
    .action(
      action(async ({ client, signal, show }, of: string, kind: Resource, options: { when?: string }) =>
        show(await client.budgets.clear({ body: await keyOf(client, of, kind, options, signal), signal }), budgetsText)
      )
    )
}

type Resource = (typeof RESOURCES)[number]

const resource = (): Argument => new Argument('<resource>').choices(RESOURCES)

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 }

function amount(text: string): number {
  const [, number, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)([KMG]?)$/i.exec(text) ?? []
  const times = UNITS[unit.toUpperCase()]
  if (number === undefined || times === undefined)
    throw new InvalidArgumentError('a number such as 20, 500K or 1.5M is wanted')
  return Math.round(Number(number) * times)
}

async function keyOf(
  client: Client,
  text: string,
  kind: Resource,
  { when }: { when?: string },
  signal: AbortSignal
): Promise<BudgetKey> {
  const [of = '', ...rest] = text.split(':')
  const id = rest.length > 0 ? rest.join(':') : undefined
  if ((of !== 'node' && of !== 'plugin' && of !== 'group' && of !== 'peer') || id === '' || (of === 'node' && id))
    throw nodeError('USAGE', `${text} is not what a budget is for: ${OF}`)
  const found = of === 'group' && id !== undefined ? (await findGroup(client, id, signal)).id : id
  return { of, resource: kind, ...(found !== undefined && { id: found }), ...(when !== undefined && { when }) }
}

function budgetsText(budgets: BudgetState[]): string {
  if (budgets.length === 0) return 'no budgets: everything may use what there is'
  return table(
    ['for', 'what', 'used', 'of', 'waiting', 'when', 'by'],
    budgets.map(({ of, id, resource, used, amount: most, waiting, when, isActive, usedBy }) => [
      id === undefined ? (of === 'node' ? of : `each ${of}`) : `${of} ${id}`,
      resource,
      quantity(resource, used),
      quantity(resource, most),
      String(waiting),
      `${when ?? 'always'}${isActive ? '' : ' (not now)'}`,
      of === 'node' || used === 0 ? '' : (usedBy ?? '')
    ])
  )
}

function quantity(resource: BudgetKey['resource'], value: number): string {
  if (resource === 'streams') return String(value)
  if (resource === 'storage') return formatBytes(value)
  return `${resource === 'messages' ? value : formatBytes(value)}/s`
}
