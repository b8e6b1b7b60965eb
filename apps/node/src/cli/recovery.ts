import { readFile, writeFile } from 'node:fs/promises'
import type { AwaitedGroup, KeyFileState } from '@borgo/api'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { startedAgain } from './follow-linking.ts'
import { printable } from './printable.ts'
import { readSecrets } from './secrets.ts'
import { list, table } from './table.ts'

export function recoveryCommands(program: Command): void {
  wayOutCommands(program)
  program
    .command('recover')
    .description('on a new node: become a new device of yours, by your 24 words or recovery file; asks for the secret')
    .option(
      '--from <address>',
      'with words: an address, invitation or contact card of anybody who shares a group with you'
    )
    .option('--file <file>', 'a recovery file, instead of words')
    .option('--name <name>', 'with words: what you are called')
    .action(
      action(async (context, options: { from?: string; file?: string; name?: string }) => {
        const { client, note, signal, show } = context
        const { account } = await client.status.identity({ signal })
        await (options.file === undefined ? byWords(context, options) : byFile(context, options.file))
        await startedAgain(client, account, signal)
        note('this is a new device of yours now: it comes into your groups as soon as somebody there can be reached')
        show(await client.recovery.awaited({ signal }), awaitedText)
      })
    )
  program
    .command('passphrase')
    .description('set, change or remove the passphrase of this node’s keys; asks for the present one and the new one')
    .option('--remove', 'the mode of the key file alone protects the keys then')
    .action(
      action(async ({ client, note, signal, show }, { remove }: { remove?: boolean }) => {
        const { encrypted } = await client.recovery.keyFile({ signal })
        if (remove && !encrypted) throw nodeError('USAGE', 'there is no passphrase')
        const prompts = [...(encrypted ? ['present passphrase'] : []), ...(remove ? [] : ['new passphrase'])]
        const secrets = await readSecrets(prompts, signal)
        const current = encrypted ? secrets[0] : undefined
        if (remove) {
          show(await client.recovery.removePassphrase({ body: { current: current ?? '' }, signal }), keyFileText)
          note('start the node without --passphrase-file from now on')
          return
        }
        const body = { passphrase: secrets.at(-1) ?? '', ...(current !== undefined && { current }) }
        show(await client.recovery.setPassphrase({ body, signal }), keyFileText)
        note('start the node with --passphrase-file from now on, a file of your own whose first line is the passphrase')
      })
    )
}

/** What one keeps for the day on which all devices are gone. */
function wayOutCommands(program: Command): void {
  const recovery = program.command('recovery').description('what brings you back when all devices are gone')
  recovery
    .command('words')
    .description('print your 24 words, to be written down on paper: whoever reads them can be you')
    .action(
      action(async context => {
        const { client, signal, show } = context
        const body = await keyPassphrase(context)
        show(await client.recovery.words({ body, signal }), ({ words }) => numbered(words))
      })
    )
  recovery
    .command('file')
    .description('write a recovery file, encrypted under a passphrase of its own, which it asks for')
    .argument('<file>', 'a new file')
    .action(
      action(async ({ client, signal, show }, file: string) => {
        const { encrypted } = await client.recovery.keyFile({ signal })
        const prompts = [...(encrypted ? ['passphrase of this node'] : []), 'passphrase of the recovery file']
        const secrets = await readSecrets(prompts, signal)
        const [passphrase] = secrets
        const body = { secret: secrets.at(-1) ?? '', ...(encrypted && passphrase !== undefined && { passphrase }) }
        const answer = await client.recovery.file({ body, signal })
        await writeFile(file, await answer.text(), { flag: 'wx', mode: 0o600 })
        show({ file }, () => file)
      })
    )
  recovery
    .command('groups')
    .description('show groups of yours that this device is not in yet')
    .action(action(async ({ client, signal, show }) => show(await client.recovery.awaited({ signal }), awaitedText)))
}

async function keyPassphrase({ client, signal }: Context): Promise<{ passphrase?: string }> {
  const { encrypted } = await client.recovery.keyFile({ signal })
  if (!encrypted) return {}
  const [passphrase = ''] = await readSecrets(['passphrase of this node'], signal)
  return { passphrase }
}

async function byWords({ client, signal }: Context, { from, name }: { from?: string; name?: string }): Promise<void> {
  if (from === undefined)
    throw nodeError('USAGE', 'with words, --from says where to ask: an address, invitation or contact card')
  const [words = ''] = await readSecrets(['your 24 words'], signal)
  await client.recovery.byWords({ body: { words, from, ...(name !== undefined && { name }) }, signal })
}

async function byFile({ client, signal }: Context, path: string): Promise<void> {
  const file = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw nodeError('USAGE', `${path} cannot be read: ${String(cause)}`, cause)
  })
  const [secret = ''] = await readSecrets(['passphrase of the recovery file'], signal)
  await client.recovery.byFile({ body: { file, secret }, signal })
}

export function keyFileText({ encrypted, problem }: KeyFileState): string {
  return list([
    ['key file', problem ?? 'whole, and yours alone'],
    ['passphrase', encrypted ? 'yes' : 'none']
  ])
}

function awaitedText(groups: AwaitedGroup[]): string {
  if (groups.length === 0) return 'no group is awaited'
  return table(
    ['name', 'problem', 'group'],
    groups.map(({ group, name, problem = '' }) => [printable(name), problem, group])
  )
}

function numbered(words: string): string {
  const all = words.split(' ').map((word, index) => `${String(index + 1).padStart(2)} ${word.padEnd(9)}`)
  return [0, 6, 12, 18]
    .map(at =>
      all
        .slice(at, at + 6)
        .join(' ')
        .trimEnd()
    )
    .join('\n')
}
