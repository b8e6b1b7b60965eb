import type { NearMe, Presence, PresenceSetting } from '@borgo/api'
import { Argument, Option, type Command } from 'commander'
import { action, type Context } from './cli.ts'
import { findPerson } from './find-person.ts'
import { printable } from './printable.ts'
import { formatTime, table } from './table.ts'

const STATES = ['offline', 'out-to-lunch', 'away', 'be-right-back', 'idle', 'busy', 'on-the-phone', 'online'] as const
const AUDIENCES = ['nobody', 'verified', 'contacts', 'groups', 'everyone'] as const

interface PresenceOptions {
  audience?: PresenceSetting['audience']
  of?: string
}

export function presenceCommands(program: Command): void {
  program
    .command('presence')
    .description('say how you are, on all of your devices; without a state, show it')
    .addArgument(new Argument('[state]').choices(STATES))
    .argument('[text]', 'at most 255 characters')
    .addOption(new Option('--audience <who>', 'who may know; each includes those before it').choices(AUDIENCES))
    .option('--of <contact>', 'show how somebody is instead')
    .action(
      action(
        async (
          { client, signal, show },
          state: PresenceSetting['state'] | undefined,
          text: string | undefined,
          { audience, of }: PresenceOptions
        ) => {
          if (of !== undefined) {
            const account = await findPerson(client, of, signal)
            return show(await client.presence.get({ params: { account }, signal }), presenceText)
          }
          // A new state without a text is one: the old one was about the old state.
          const body = { ...(state && { state, text: text ?? '' }), ...(audience && { audience }) }
          const isChange = Object.keys(body).length > 0
          const setting = await (isChange ? client.presence.set({ body, signal }) : client.presence.setting({ signal }))
          show(setting, setting => `${presenceText(setting)}\nshown to: ${setting.audience}`)
        }
      )
    )
  nearCommands(program)
}

function nearCommands(program: Command): void {
  const near = program.command('near').description('people on the same link who show themselves, too')
  near
    .command('list', { isDefault: true })
    .description('show who is near')
    .action(
      action(async context => {
        const { client, signal, show } = context
        show(await client.near.get({ signal }), await nearText(context))
      })
    )
  for (const [name, on] of [
    ['on', true],
    ['off', false]
  ] as const)
    near
      .command(name)
      .description(on ? 'show your name and interests to people on the same link' : 'show yourself no longer')
      .action(
        action(async context => {
          const { client, signal, show } = context
          show(await client.near.set({ body: { on }, signal }), await nearText(context))
        })
      )
  near
    .command('interests')
    .description('what you show beside your name')
    .argument('[interests...]', 'none, to show none')
    .action(
      action(async ({ client, signal, show }, interests: string[]) =>
        show(await client.near.set({ body: { interests }, signal }), ({ interests: now }) => now.join(', ') || 'none')
      )
    )
}

export function presenceText({ state, text, ...rest }: Presence | PresenceSetting): string {
  const seen = 'lastSeen' in rest && rest.lastSeen !== undefined ? `, last seen ${formatTime(rest.lastSeen)}` : ''
  return `${state}${text === '' ? '' : `: ${printable(text)}`}${seen}`
}

/** How `near` is shown on this node: where it does not look around on the link, nobody can be found. */
async function nearText({ client, signal }: Pick<Context, 'client' | 'signal'>): Promise<(near: NearMe) => string> {
  const settings = await client.config.list({ signal })
  const isDeaf = settings.some(({ key, value }) => key === 'mdns' && value === false)
  return ({ on, people }) => {
    const deaf = 'can be found: this node does not look around on the link'
    if (isDeaf && people.length === 0)
      return `near me is ${on ? 'on, but' : 'off, and'} nobody ${deaf}\nto change that, start it with --mdns, not --no-mdns`
    if (!on) return 'near me is off: `borgo near on` shows you to people on the same link, and them to you'
    if (people.length === 0) return 'nobody is near, or shows it'
    return table(
      ['name', 'interests', 'account'],
      people.map(({ account, interests, name }) => [printable(name), printable(interests.join(', ')), account])
    )
  }
}
