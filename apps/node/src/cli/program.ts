import { Command, InvalidArgumentError } from 'commander'
import { nearest } from '../config/nearest.ts'
import { VERSION } from '../daemon/version.ts'
import { appCommands } from './apps.ts'
import { budgetCommands } from './budgets.ts'
import { chatCommands } from './chat.ts'
import { computeCommands } from './compute.ts'
import { configCommands } from './config.ts'
import { activityCommands } from './activities.ts'
import { contactCommands } from './contacts.ts'
import { contentCommands } from './content.ts'
import { deviceCommands } from './devices.ts'
import { groupCommands } from './groups.ts'
import { logsCommands } from './logs.ts'
import { nameCommands } from './names.ts'
import { nodeCommands } from './node.ts'
import { objectCommands } from './objects.ts'
import { peerCommands } from './peers.ts'
import { pluginCommands } from './plugins.ts'
import { presenceCommands } from './presence.ts'
import { recoveryCommands } from './recovery.ts'
import { searchCommands } from './search.ts'
import { startCommand } from './start.ts'
import { storageCommands } from './storage.ts'
import { swarmKeyCommands } from './swarm-key.ts'
import { tokenCommands } from './tokens.ts'
import { workspaceCommands } from './workspaces.ts'

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no node is running, 4 not allowed, 5 not found, 6 timed out.
Data goes to stdout and messages to stderr. BORGO_DATA names the data folder; NO_COLOR is respected.`

/** Every command. An area of the API adds its own here. */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('borgo')
    .description('A peer-to-peer node: groups, chat, files, workspaces and computing among people, without a server')
    .version(VERSION)
    .option('--data <folder>', 'the data folder of the node')
    .option('--json', 'print JSON: one document, or one a line where the output is a stream')
    .option('--timeout <seconds>', 'give up after this long', seconds)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(`--help` shows what there is)')
    .exitOverride()
  startCommand(program)
  nodeCommands(program)
  peerCommands(program)
  contactCommands(program)
  presenceCommands(program)
  objectCommands(program)
  appCommands(program)
  activityCommands(program)
  nameCommands(program)
  deviceCommands(program)
  recoveryCommands(program)
  groupCommands(program)
  chatCommands(program)
  contentCommands(program)
  workspaceCommands(program)
  computeCommands(program)
  searchCommands(program)
  budgetCommands(program)
  configCommands(program)
  pluginCommands(program)
  storageCommands(program)
  swarmKeyCommands(program)
  logsCommands(program)
  tokenCommands(program)
  for (const command of program.commands) refuseUnknown(command)
  await addCompletion(program, argv)
  return program
}

/**
 * `borgo content get …` is a command that does not exist. Commander runs the default command, `list`, and complains of
 * arguments that this does not take.
 */
function refuseUnknown(command: Command): void {
  for (const below of command.commands) refuseUnknown(below)
  command.hook('preSubcommand', (parent, chosen) => {
    // What follows an option may be its value.
    const option = parent.args.findIndex(argument => argument.startsWith('-'))
    const [word, ...others] = option < 0 ? parent.args : parent.args.slice(0, option)
    if (word === undefined || word === chosen.name() || others.length < chosen.registeredArguments.length) return
    const names = parent.commands.flatMap(each => [each.name(), ...each.aliases()])
    if (names.includes(word)) return
    const meant = nearest(word, names)
    const hint = meant === undefined ? '' : `\n(Did you mean ${meant}?)`
    parent.error(`error: unknown command '${word}'${hint}`, { code: 'commander.unknownCommand' })
  })
}

/** Completion reads all commands, so it comes last; it is loaded when asked for, or to be shown in the help. */
async function addCompletion(program: Command, argv: readonly string[]): Promise<void> {
  const wanted = ['completion', 'complete', 'help', '--help', '-h'].some(word => argv.includes(word)) || argv.length < 3
  if (!wanted) return
  const { default: tab } = await import('@bomb.sh/tab/commander')
  tab(program, { completionCommandName: 'completion' })
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number of seconds above 0 is wanted')
  return value
}
