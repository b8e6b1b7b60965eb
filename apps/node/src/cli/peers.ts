import type { Connection, NotBetter, Peer } from '@borgo/api'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { formatBytes, formatTime, table } from './table.ts'

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
