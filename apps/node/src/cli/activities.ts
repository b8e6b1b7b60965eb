import type { Activity, Ringers } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { Argument, type Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { findPerson } from './find-person.ts'
import { dataText, givenData } from './given-data.ts'
import { printable } from './printable.ts'
import { formatTime, list, table } from './table.ts'
import { duration } from './values.ts'

interface Words {
  message?: string
  payload?: string
  payloadFile?: string
}

interface InviteOptions extends Words {
  expires?: number
}

const RINGERS = ['nobody', 'contacts', 'groups'] as const
const RINGING_TEXT: Readonly<Record<Ringers['from'], string>> = {
  nobody: 'no invitation rings',
  contacts: 'invitations of contacts ring',
  groups: 'invitations of contacts and of members of your groups ring'
}
const ACTIVITY = ['[activity]', 'its id or the beginning of it; the only one that rings, when left out'] as const
const MESSAGE = ['-m, --message <text>', 'at most 1,000 characters'] as const
const PAYLOAD_FILE = ['--payload-file <file>', 'the same, from a file'] as const

export function activityCommands(program: Command): void {
  const activity = program.command('activity').description('invitations to do something together, such as a game')
  activity
    .command('list', { isDefault: true })
    .description('show them, the newest first')
    .action(action(async ({ client, signal, show }) => show(await client.activities.list({ signal }), activitiesText)))
  activity
    .command('show')
    .description('one invitation, with what it carries and what was answered')
    .argument(...ACTIVITY)
    .action(
      action(async (context, text: string | undefined) =>
        context.show(await findActivity(context, text, false), activityText)
      )
    )
  activity
    .command('watch')
    .description('print who invites, beginning with what rings now, and every answer, until Ctrl-C; a terminal rings')
    .action(action(watch))
  activity
    .command('invite')
    .description('invite somebody; it rings on all of their devices, and waits while they are away')
    .argument('<person>', 'a contact, by nickname, name or account')
    .argument('<app>', 'which program it is for')
    .option(...MESSAGE)
    .option('--payload <text>', 'what the program needs to begin, at most 16 KiB; - reads it from stdin')
    .option(...PAYLOAD_FILE)
    .option('--expires <duration>', 'how long it waits, such as 45s or 7d (default: 1d)', duration)
    .action(
      action(async ({ client, signal, show }, who: string, app: string, { expires, ...words }: InviteOptions) => {
        const account = await findPerson(client, who, signal)
        const body = { account, app, ...(await said(words)), ...(expires && { expiresInMs: expires }) }
        show(await client.activities.invite({ body, signal }), ({ id }) => id)
      })
    )
  activity
    .command('allow')
    .description('say whose invitations ring, on all of your devices; without a word, show it. Others’ are declined')
    .addArgument(new Argument('[whose]', 'groups: of who shares a group, too').choices(RINGERS))
    .action(
      action(async ({ client, signal, show }, from: Ringers['from'] | undefined) => {
        const setting = from
          ? await client.activities.setRingers({ body: { from }, signal })
          : await client.activities.ringers({ signal })
        show(setting, one => RINGING_TEXT[one.from])
      })
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
      .option(...MESSAGE)
      .option('--payload <text>', 'data for the program of the other side, at most 16 KiB; - reads it from stdin')
      .option(...PAYLOAD_FILE)
      .action(
        action(async (context, text: string | undefined, words: Words) => {
          const { client, show, signal } = context
          const { id } = await findActivity(context, text, verb === 'cancel')
          show(await client.activities[verb]({ params: { id }, body: await said(words), signal }), () => done)
        })
      )
}

async function said({ message, payload, payloadFile }: Words): Promise<{ message?: string; data?: string }> {
  const data = await givenData({ text: payload, file: payloadFile })
  return { ...(message !== undefined && { message }), ...(data !== undefined && { data }) }
}

async function watch({ client, json, showEach, signal }: Context): Promise<void> {
  const tell = (one: Activity): void => {
    if (!json && process.stdout.isTTY && isRinging(one)) process.stdout.write('\x07')
    showEach(one, () => lineOf(one).join('  '))
  }
  const opened = Promise.withResolvers<void>()
  const events = client.events(['activities'], { signal, onOpen: opened.resolve })[Symbol.asyncIterator]()
  let next = events.next()
  // Listening begins before looking, so that nothing falls between the two.
  await Promise.race([opened.promise, next])
  for (const one of (await client.activities.list({ signal })).filter(isRinging)) tell(one)
  for (;;) {
    const { done, value } = await next
    if (done === true) return
    if (value.topic === 'activities') tell(await client.activities.get({ params: { id: value.data.id }, signal }))
    next = events.next()
  }
}

function isRinging({ mine, state }: Activity): boolean {
  return state === 'ringing' && !mine
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
  return table(['activity', 'with', 'app', 'state', 'at', 'message'], activities.map(lineOf))
}

function lineOf({ answer, app, at, id, message, mine, name, state }: Activity): string[] {
  const words = printable(answer?.message || message).replace(/\s/g, ' ')
  return [id.slice(0, 12), withWhom(mine, name), app, state, formatTime(answer?.at ?? at), words.slice(0, 60)]
}

function activityText({ answer, app, at, data, expiresAt, id, message, mine, name, state }: Activity): string {
  return list([
    ['activity', id],
    ['with', withWhom(mine, name)],
    ['app', app],
    ['state', state],
    ['at', formatTime(at)],
    ['until', formatTime(expiresAt)],
    ['message', printable(message)],
    ['data', printable(dataText(data))],
    ...(answer
      ? ([
          ['answered', formatTime(answer.at)],
          ['answer', printable(answer.message)],
          ['answer data', printable(dataText(answer.data))]
        ] as const)
      : [])
  ])
}

function withWhom(mine: boolean, name: string): string {
  return `${mine ? 'to' : 'from'} ${printable(name)}`
}
