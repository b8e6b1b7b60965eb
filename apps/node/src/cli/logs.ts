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
        const tail = (): Promise<LogLine[]> => client.logs.tail({ query: { limit, level }, signal })
        if (!follow) {
          for (const line of await tail()) print(line)
          return
        }
        const wanted = LEVELS.slice(LEVELS.indexOf(level))
        // Listening begins before the past is read, so a line may come both ways and none is missed.
        const opened = Promise.withResolvers<void>()
        const events = client
          .events(['logs'], { signal, reconnect: false, onOpen: opened.resolve })
          [Symbol.asyncIterator]()
        let next = events.next()
        await Promise.race([opened.promise, next])
        const past = await tail()
        for (const line of past) print(line)
        const printed = new Set(past.map(line => JSON.stringify(line)))
        const newest = past.at(-1)?.at ?? 0
        for (let { done, value } = await next; !done; { done, value } = await next) {
          next = events.next()
          if (value?.topic !== 'logs' || !wanted.includes(value.data.level) || value.data.at < newest) continue
          if (!printed.delete(JSON.stringify(value.data))) print(value.data)
        }
      })
    )
}
