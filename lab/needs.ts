import { spawnSync } from 'node:child_process'
import { constants } from 'node:fs'
import { isInstalled, isUsable } from '../scripts/debian.ts'

/** What a world is made with, and the package of Debian that has it. */
const TOOLS = { ip: 'iproute2', nft: 'nftables', perl: 'perl-base', setpriv: 'util-linux' }
const TUN = '/dev/net/tun'

/** Packages of Debian that the laboratory needs and this machine lacks. */
export function missingPackages(): string[] {
  return Object.entries(TOOLS).flatMap(([program, name]) => (isInstalled(program) ? [] : [name]))
}

/** What the laboratory needs and this machine or user lacks, in words; empty when it can run. */
export function missing(): string[] {
  if (process.platform !== 'linux') return ['Linux']
  // In some containers even root may not.
  const mayMakeNetworks = spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0
  return [
    ...(process.getuid?.() === 0 && mayMakeNetworks ? [] : ['root who may make network namespaces']),
    ...missingPackages().map(name => `the package ${name}`),
    ...(isUsable(TUN, constants.R_OK | constants.W_OK) ? [] : [TUN])
  ]
}
