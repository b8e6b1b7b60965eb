import { LogLevel, type LogLine } from '@borgo/api'
import { Option, type Command } from 'commander'
import { formatLine } from '../log/line.ts'
import { action } from './cli.ts'
import { integer } from './values.ts'

interface LogsOptions {
  follow?: boolean
  limit: number
  level: LogLevel
}
const LEVELS = LogLevel.anyOf.map(({ const: level }) => level)

export function logsCommands(program: Command): void {
  program
    .command('logs')
    .description('show the log of the running node')
    .option('-f, --follow', 'keep printing new lines until Ctrl-C or until the node stops')
    .option('-n, --limit <lines>', 'how many lines of the past', integer(1, 5_000), 50)
    .addOption(new Option('--level <level>', 'the least urgent to show').choices(LEVELS).default('debug'))
    .action(
      action(async ({ client, signal, showEach }, { follow, limit, level }: LogsOptions) => {
        const print = (line: LogLine): void => showEach(line, formatLine)
        for (const line of await client.logs.tail({ query: { limit, level }, signal })) print(line)
        if (!follow) return
        const wanted = LEVELS.slice(LEVELS.indexOf(level))
        for await (const event of client.events(['logs'], { signal, reconnect: false }))
          if (event.topic === 'logs' && wanted.includes(event.data.level)) print(event.data)
      })
    )
}
