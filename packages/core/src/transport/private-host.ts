import { BlockList } from 'node:net'

const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16]
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10]
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6')

/** Whether an IP address means the same only to machines that are near: of private, link-local and loopback networks. */
export const isPrivateHost = (host: string): boolean => PRIVATE.check(host, host.includes(':') ? 'ipv6' : 'ipv4')

/** Whether a direct connection's multiaddr leads to a machine that is near. So is everybody in a memory network. */
export function isNearby(address: string): boolean {
  const [, host] = /^(?:\/ip6zone\/[^/]+)?\/ip[46]\/([^/]+)/.exec(address) ?? []
  return host === undefined ? address.startsWith('/memory/') : isPrivateHost(host)
}
