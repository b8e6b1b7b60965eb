import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import type { NetworkInterfaceInfo } from 'node:os'
import multicastDns from 'multicast-dns'
import type { MulticastDNS } from 'multicast-dns'
import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { isOnLink } from './link-local.ts'
import { decodeAnswer, encodeAnswer, isQuestion } from './mdns-message.ts'

export type MdnsSetting = boolean | { serviceTag: string; intervalMs: number }

/** DNS-SD name of the libp2p mDNS specification; the time between questions is js-libp2p's. */
const DEFAULTS = { serviceTag: '_p2p._udp.local', intervalMs: 10_000 }
/** RFC 6762, section 3. */
const PORT = 5353
const GROUP = { IPv4: '224.0.0.251', IPv6: 'ff02::fb' }
/** How often interfaces that came or went are looked for, ms. */
const LOOK_MS = 5_000

export interface MdnsOptions {
  setting: MdnsSetting
  peer: PeerId
  /** What others on the link may dial; each ends in `/p2p/<peer>`. */
  addresses(): string[]
  /** Runs for every answer, not only a peer's first; with addresses on this machine's links alone, perhaps none. */
  onSeen(peer: PeerId, addresses: string[]): void
  clock: Clock
  logger: Logger
}

/**
 * Asks who is on the link and answers who asks, on every interface and over IPv4 and IPv6 (libp2p's mDNS uses one
 * interface, and IPv4 alone: on a link without a router it is silent). Returns what ends it.
 */
export function startMdns(options: MdnsOptions): () => void {
  const { setting, peer, addresses, onSeen, clock, logger } = options
  if (setting === false) return () => undefined
  const { serviceTag, intervalMs } = setting === true ? DEFAULTS : setting
  const mouths = new Map<string, MulticastDNS>()
  /** Of this run: it tells nobody who this is over restarts. */
  const label = randomBytes(16).toString('hex')

  const ask = (mouth: MulticastDNS): void => mouth.query([{ name: serviceTag, type: 'PTR' }])
  const open = (name: string, address: NetworkInterfaceInfo): MulticastDNS => {
    const mouth = openMouth(name, address)
    const warn = (error: Error): void => logger.debug('mDNS', { interface: name, error: String(error) })
    mouth.on('error', warn)
    mouth.on('warning', warn)
    mouth.on('query', question => {
      if (isQuestion(question, serviceTag)) mouth.respond(encodeAnswer(serviceTag, label, addresses()))
    })
    mouth.on('response', packet => {
      const answer = decodeAnswer(packet, serviceTag)
      if (answer && answer.peer !== peer)
        onSeen(
          answer.peer,
          answer.addresses.filter(address => isOnLink(address))
        )
    })
    ask(mouth)
    return mouth
  }

  const look = (): void => {
    const present = speakingAddresses()
    for (const [key, mouth] of mouths) {
      if (present.has(key)) continue
      mouths.delete(key)
      mouth.destroy()
    }
    for (const [key, [name, address]] of present) if (!mouths.has(key)) mouths.set(key, open(name, address))
  }

  look()
  const cancels = [
    clock.every(LOOK_MS, look),
    clock.every(intervalMs, () => {
      for (const mouth of mouths.values()) ask(mouth)
    })
  ]
  return () => {
    for (const cancel of cancels) cancel()
    for (const mouth of mouths.values()) mouth.destroy()
    mouths.clear()
  }
}

/** One address of each family of each interface; loopback only where there is nothing else. */
function speakingAddresses(): Map<string, [name: string, address: NetworkInterfaceInfo]> {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list = []]) => {
    const ip4 = list.find(({ family }) => family === 'IPv4')
    const ip6 = list.find(({ family, address }) => family === 'IPv6' && /^fe[89ab]/i.test(address))
    return [ip4, ip6].flatMap(address => (address ? [[name, address] as const] : []))
  })
  const outside = all.filter(([, { internal }]) => !internal)
  const speaking = outside.length > 0 ? outside : all
  return new Map(speaking.map(([name, address]) => [`${name} ${address.address}`, [name, address]]))
}

function openMouth(name: string, { family, address }: NetworkInterfaceInfo): MulticastDNS {
  const ip = GROUP[family]
  if (family === 'IPv4') return multicastDns({ port: PORT, ip, interface: address, bind: '0.0.0.0' })
  // Of its own, because IPv4 has one already.
  const socket = createSocket({ type: 'udp6', reuseAddr: true, ipv6Only: true })
  return multicastDns({ type: 'udp6', port: PORT, ip, interface: `::%${name}`, bind: '::', socket })
}
