import type { Peer } from '@borgo/api'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { formatBytes, table } from './table.ts'

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

function peersText(peers: Peer[]): string {
  if (peers.length === 0) return 'nobody is connected: join a group, or `borgo peers dial <multiaddr>`'
  return table(
    ['device', 'name', 'rtt', 'over', 'in', 'out'],
    peers.map(({ device, name = '', rttMs, connections }) => [
      device,
      name,
      rttMs === undefined ? '' : `${rttMs.toFixed(1)} ms`,
      connections.map(({ transport, encryption }) => `${transport}+${encryption}`).join(' '),
      formatBytes(connections.reduce((sum, { bytesIn }) => sum + bytesIn, 0)),
      formatBytes(connections.reduce((sum, { bytesOut }) => sum + bytesOut, 0))
    ])
  )
}
