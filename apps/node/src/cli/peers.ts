import type { Connection, Denial, DenialPage, NotBetter, Peer } from '@borgo/api'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { findPeer } from './find-peer.ts'
import { printable } from './printable.ts'
import { formatBytes, formatTime, table } from './table.ts'
import { duration, integer } from './values.ts'

const DEVICE = 'by id, or when it is connected by the end of its id or the name of its person'
const HOUR_MS = 3_600_000

export function peerCommands(program: Command): void {
  const peers = program.command('peers').description('the devices this node is connected to')
  peers
    .command('list', { isDefault: true })
    .description('show them')
    .action(action(async ({ client, signal, show }) => show(await client.peers.list({ signal }), peersText)))
  peers
    .command('dial')
    .description('connect to an address')
    .argument('<multiaddr>', 'ends in /p2p/<device>; `borgo id` shows it on the other side')
    .action(
      action(async ({ client, signal, show }, address: string) =>
        show(await client.peers.dial({ body: { address }, signal }), ({ device }) => device)
      )
    )
  peers
    .command('disconnect')
    .description('end the connections to a device; one of a group of yours is dialled again')
    .argument('<device>', DEVICE)
    .action(
      action(async ({ client, note, signal }, name: string) => {
        const device = await findPeer(client, name, signal)
        await client.peers.disconnect({ params: { device }, signal })
        note(`${device} is disconnected`)
      })
    )
  peers
    .command('denied')
    .description('show who is kept out now, why, and until when')
    .option('-n, --limit <number>', 'how many', integer(1, 1_000), 100)
    .option('--before <place>', 'more of them; the end of a list says from where')
    .action(
      action(async ({ client, json, note, signal, show }, query: { limit: number; before?: string }) => {
        const page = await client.peers.denied({ query, signal })
        show(page, deniedText)
        if (page.before !== undefined && !json) note(`more: --before '${page.before}'`)
      })
    )
  peers
    .command('deny')
    .description('disconnect a device and keep it out for a while')
    .argument('<device>', DEVICE)
    .option('--for <duration>', 'how long, such as 30m or 7d (default: 1h)', duration)
    .action(
      action(async ({ client, signal, show }, name: string, options: { for?: number }) => {
        const body = { device: await findPeer(client, name, signal), ms: options.for ?? HOUR_MS }
        show(await client.peers.deny({ body, signal }), deniedText)
      })
    )
  peers
    .command('admit')
    .description('let in again who is kept out')
    .argument('<device or host>', 'as `borgo peers denied` shows it')
    .action(
      action(async ({ client, signal, show }, who: string) => {
        const body = who.startsWith('12D3KooW') ? { device: who } : { host: who }
        show(await client.peers.admit({ body, signal }), deniedText)
      })
    )
}

const WHY: Record<Denial['why'], string> = { offences: 'broke the rules', blocked: 'is blocked', asked: 'by you' }

function deniedText({ denials }: DenialPage): string {
  if (denials.length === 0) return 'nobody is kept out'
  return table(
    ['who', 'why', 'since', 'until'],
    denials.map(({ device, host, why, reason, since, until }) => [
      device ?? host ?? '',
      printable(reason === undefined ? WHY[why] : `${WHY[why]}: ${reason}`),
      formatTime(since),
      // It is refused again as long as its person is blocked.
      why === 'blocked' ? 'the block ends' : formatTime(until)
    ])
  )
}

/** One line for each connection. */
function peersText(peers: Peer[]): string {
  if (peers.length === 0) return 'nobody is connected: join a group, or `borgo peers dial <multiaddr>`'
  return table(
    ['device', 'name', 'rtt', 'over', 'since', 'in', 'out', 'bulk', 'path'],
    peers.flatMap(({ device, name = '', connections }) =>
      connections.map(connection => [
        device,
        name,
        connection.rttMs === undefined ? '' : `${connection.rttMs.toFixed(1)} ms`,
        `${connection.transport}+${connection.encryption}`,
        formatTime(connection.since),
        formatBytes(connection.bytesIn),
        formatBytes(connection.bytesOut),
        connection.bulk ?? '',
        pathText(connection)
      ])
    )
  )
}

const NOT_BETTER: Record<NotBetter['reason'], string> = {
  'under-way': 'a direct connection is being tried',
  'no-direct-address': 'no direct address is known',
  'dial-failed': 'nothing answers at its addresses',
  'hole-punch-failed': 'hole punching failed',
  policy: 'by policy'
}

function pathText({ path, relay, notBetter }: Connection): string {
  const by = relay === undefined ? '' : ` by ${relay}`
  if (!notBetter) return `${path}${by}`
  const code = notBetter.code === undefined ? '' : `, ${notBetter.code}`
  return `${path}${by} (${NOT_BETTER[notBetter.reason]}${code})`
}
