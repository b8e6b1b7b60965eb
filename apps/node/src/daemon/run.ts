import type { Context } from '../cli/cli.ts'
import { EXIT } from '../cli/exit.ts'
import { list } from '../cli/table.ts'
import type { Config } from '../config/load.ts'
import { formatLine } from '../log/line.ts'
import { startDaemon, type Daemon } from './daemon.ts'

/** A node that has not stopped by itself by now is ended, ms. */
const STOP_MS = 10_000

/** Runs a node until it is told to stop. Logs go to stderr: readable on a terminal, as JSON elsewhere. */
export async function runDaemon(context: Context, config: Config): Promise<void> {
  const { folder, socket, show } = context
  const stopped = stopSignal()
  const onLog = process.stderr.isTTY
    ? (_text: string, line: Parameters<typeof formatLine>[0]) => void process.stderr.write(`${formatLine(line)}\n`)
    : (text: string) => void process.stderr.write(text)
  const daemon = await startDaemon({ folder, socket, config, onLog })
  show(started(daemon, context), startText)
  await stopped
  const last = setTimeout(() => process.exit(EXIT.error), STOP_MS)
  await daemon.stop()
  clearTimeout(last)
}

/** Signals closer together than this are one: Ctrl-C reaches a whole process group and npm passes it on as well, ms. */
const SAME_SIGNAL_MS = 500

/** Resolves at the first SIGTERM or SIGINT; the second ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    let first: number | undefined
    const stop = (): void => {
      first ??= performance.now()
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(EXIT.error)
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
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
  return `Borgo: a peer-to-peer node, yours alone; nothing leaves it but to the groups you join.

${facts}

Open the console (the link works once, within 10 minutes; \`borgo open\` prints another):

  ${link}

Next: create a group and invite somebody, there or with \`borgo group create <name>\`. Ctrl-C stops the node.`
}
