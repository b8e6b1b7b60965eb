import type { Context } from '../cli/cli.ts'
import { list } from '../cli/table.ts'
import type { Config } from '../config/load.ts'
import { formatLine } from '../log/line.ts'
import type { Daemon } from './daemon.ts'
import { stopWhenTold } from './ending.ts'
import { startLasting } from './lasting.ts'
import { tidyMemory } from './tidy-memory.ts'

/** Runs a node until it is told to stop. Logs go to stderr: readable on a terminal, as JSON elsewhere. */
export async function runDaemon(context: Context, config: Config): Promise<void> {
  const { folder, socket, show } = context
  const onLog = process.stderr.isTTY
    ? (_text: string, line: Parameters<typeof formatLine>[0]) => void process.stderr.write(`${formatLine(line)}\n`)
    : (text: string) => void process.stderr.write(text)
  const starting = startLasting({ folder, socket, config, onLog })
  // Listens from the beginning: a node told to stop while it starts stops when it has.
  const ended = stopWhenTold(async () => (await starting).stop())
  const daemon = await starting
  show(started(daemon, context), startText)
  tidyMemory()
  await Promise.race([ended, daemon.broken])
}

/** What `borgo start --json` prints, once the node serves. */
export interface Started {
  name: string
  account: string
  device: string
  folder: string
  addresses: string[]
  api: string
  socket: string
  link: string
  linkExpiresAt: number
}

function started({ node, apiPort, createLink }: Daemon, { folder, socket }: Context): Started {
  const { account, device, name } = node.self
  const { url, expiresAt } = createLink()
  return {
    name,
    account,
    device,
    folder,
    addresses: node.addresses(),
    api: `http://127.0.0.1:${apiPort}`,
    socket,
    link: url,
    linkExpiresAt: expiresAt
  }
}

function startText({ name, device, folder, addresses, link }: Started): string {
  const facts = list([
    ['you', name],
    ['device', device],
    ['data folder', folder],
    ...addresses.map(address => ['reachable at', address] as const)
  ])
  return `Borgo: a peer-to-peer node, yours alone. What you share goes to those you share it with, through no server.

${facts}

Open the console (the link works once, within 10 minutes; \`borgo open\` prints another):

  ${link}

Next: create a group and invite somebody, there or with \`borgo group create <name>\`. Ctrl-C stops the node.`
}
