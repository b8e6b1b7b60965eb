import type { Activity } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { findPerson } from './find-person.ts'
import { printable } from './printable.ts'
import { formatTime, table } from './table.ts'
import { duration } from './values.ts'

interface InviteOptions {
  message?: string
  payload?: string
  expires?: number
}

const ACTIVITY = ['[activity]', 'its id or the beginning of it; the only one that rings, when left out'] as const

export function activityCommands(program: Command): void {
  const activity = program.command('activity').description('invitations to do something together, such as a game')
  activity
    .command('list', { isDefault: true })
    .description('show them, the newest first')
    .action(action(async ({ client, signal, show }) => show(await client.activities.list({ signal }), activitiesText)))
  activity
    .command('invite')
    .description('invite somebody; it rings on all of their devices, and waits while they are away')
    .argument('<person>', 'a contact, by nickname, name or account')
    .argument('<app>', 'which program it is for')
    .option('-m, --message <text>', 'at most 1,000 characters')
    .option('--payload <text>', 'what the program needs to begin, at most 16 KiB')
    .option('--expires <duration>', 'how long it waits, such as 45s or 7d (default: 1d)', duration)
    .action(
      action(
        async ({ client, signal, show }, who: string, app: string, { expires, message, payload }: InviteOptions) => {
          const account = await findPerson(client, who, signal)
          const body = {
            account,
            app,
            ...(message !== undefined && { message }),
            ...(payload !== undefined && { data: Buffer.from(payload).toString('base64') }),
            ...(expires && { expiresInMs: expires })
          }
          show(await client.activities.invite({ body, signal }), ({ id }) => id)
        }
      )
    )
  for (const [verb, description, done] of [
    ['accept', 'say yes; your other devices stop ringing', 'accepted'],
    ['decline', 'say no', 'declined'],
    ['cancel', 'take your own invitation back', 'cancelled']
  ] as const)
    activity
      .command(verb)
      .description(description)
      .argument(...ACTIVITY)
      .option('-m, --message <text>', 'at most 1,000 characters')
      .action(
        action(async (context, text: string | undefined, { message }: InviteOptions) => {
          const { client, show, signal } = context
          const { id } = await findActivity(context, text, verb === 'cancel')
          const body = { ...(message !== undefined && { message }) }
          show(await client.activities[verb]({ params: { id }, body, signal }), () => done)
        })
      )
}

/** Throws ACTIVITY_UNKNOWN, USAGE when several are meant. */
async function findActivity({ client, signal }: Context, text: string | undefined, mine: boolean): Promise<Activity> {
  const activities = await client.activities.list({ signal })
  const fitting = activities.filter(one =>
    text === undefined ? one.state === 'ringing' && one.mine === mine : one.id.startsWith(text)
  )
  const [activity, another] = fitting
  if (!activity)
    throw new BorgoError('ACTIVITY_UNKNOWN', 'there is no such invitation: `borgo activity list` shows all')
  if (another) throw nodeError('USAGE', 'several invitations are meant: give the id (`borgo activity list`)')
  return activity
}

function activitiesText(activities: Activity[]): string {
  if (activities.length === 0) return 'no invitations: `borgo activity invite <person> <app>` makes one'
  return table(
    ['activity', 'with', 'app', 'state', 'at', 'message'],
    activities.map(({ app, at, id, message, mine, name, state }) => [
      id.slice(0, 12),
      `${mine ? 'to' : 'from'} ${printable(name)}`,
      app,
      state,
      formatTime(at),
      printable(message).slice(0, 60)
    ])
  )
}
