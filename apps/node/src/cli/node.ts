import type { IpReach, NodeReach, NodeStatus, UpnpState } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { keyFileText } from './recovery.ts'
import { formatBytes, formatTime, list } from './table.ts'

export function nodeCommands(program: Command): void {
  program
    .command('status')
    .description('show the running node at a glance')
    .action(action(async ({ client, signal, show }) => show(await client.status.get({ signal }), statusText)))
  const id = program.command('id').description('show who this node is and how others reach it')
  id.command('show', { isDefault: true })
    .description('show who this node is and how others reach it')
    .action(
      action(async ({ client, signal, show }) =>
        show(await client.status.identity({ signal }), ({ account, device, name, addresses }) =>
          list([
            ['name', name],
            ['account', account],
            ['device', device],
            ...addresses.map(address => ['address', address] as const)
          ])
        )
      )
    )
  id.command('check')
    .description('check the key file: permissions, damage, passphrase, keys that belong together')
    .action(
      action(async ({ client, signal, show }) => {
        const state = await client.recovery.keyFile({ signal })
        if (state.problem !== undefined) throw new BorgoError('BAD_KEY_FILE', state.problem)
        show(state, keyFileText)
      })
    )
  program
    .command('rename')
    .description('change your display name')
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, name: string) =>
        show(await client.status.rename({ body: { name }, signal }), identity => identity.name)
      )
    )
  program
    .command('open')
    .description('print a new one-time link to the console')
    .action(
      action(async ({ client, signal, show }) => show(await client.access.createLink({ signal }), ({ url }) => url))
    )
}

function statusText(status: NodeStatus): string {
  const { identity, health, plugins, traffic } = status
  return list([
    ['name', identity.name],
    ['device', identity.device],
    ['version', status.version],
    ['folder', status.folder],
    ['started', formatTime(status.startedAt)],
    ['health', [health.status, ...health.problems].join('; ')],
    [
      'plugins',
      plugins.map(({ name, state }) => (state === 'running' ? name : `${name} (${state})`)).join(', ') || 'none'
    ],
    ['peers', String(status.peers)],
    ['groups', String(status.groups)],
    ...reachLines(status.reach),
    ['traffic', `${formatBytes(traffic.bytesIn)} in, ${formatBytes(traffic.bytesOut)} out`],
    ['memory', formatBytes(status.memoryBytes)]
  ])
}

function reachLines({ ipv4, ipv6, relays, upnp, dht, discovery }: NodeReach): [string, string][] {
  const { lan, wan } = dht
  const lines: [string, string][] = [
    ['over IPv4', reachText(ipv4)],
    ['over IPv6', reachText(ipv6)],
    ['relays', relays.length === 0 ? 'none' : relays.join(', ')],
    ['upnp', upnpText(upnp)],
    [
      'dht',
      lan.mode === 'off'
        ? 'off'
        : `${lan.peers} nodes on private networks (${lan.mode}), ${wan.peers} beyond (${wan.mode})`
    ]
  ]
  if (discovery.alone > 0) lines.push(['alone in', `${discovery.alone} groups, whose members are looked for`])
  return lines
}

function reachText(reach: IpReach): string {
  switch (reach.state) {
    case 'reachable':
      return `reachable: somebody came in from a public address on ${formatTime(reach.at)}`
    case 'behind-nat':
      return `behind a router: others see this node at ${reach.seenAs}`
    case 'unknown':
      return 'not known: nobody has come in from a public address'
    case 'absent':
      return 'not at all: no such address but loopback'
  }
}

function upnpText(upnp: UpnpState): string {
  switch (upnp.state) {
    case 'off':
      return 'off'
    case 'searching':
      return 'no router answered yet'
    case 'mapped':
      return `the router lets in at ${upnp.addresses.join(', ')}`
    case 'failed':
      return `failed: ${upnp.reason}`
  }
}
