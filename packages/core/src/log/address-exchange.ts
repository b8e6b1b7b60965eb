import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Addresses } from '../peers/addresses.ts'
import type { Stream } from '../stream.ts'
import type { Members } from './members.ts'
import * as wire from './protocol.ts'

/** How often a peer may say where others are: so many times all of the group's devices, and some, within an hour. */
const HEARSAY = { perDevice: 4, more: 64, withinMs: 3_600_000 }

/** Telling one peer where members are, and hearing it from there. */
export interface AddressExchange {
  /** The peer asks where everybody is. Throws BAD_MESSAGE the second time. */
  onAsked(): void
  /** What the peer says of others; more than honest members have to say is left out. */
  onTold(told: wire.AddressMap): void
  /** The peer is still to be told where these are. */
  onMoved(devices: Iterable<PeerId>): void
  tell(): Promise<void>
}

export function createAddressExchange(options: {
  group: GroupId
  self: PeerId
  stream: Pick<Stream, 'peer' | 'send'>
  members: Members
  addresses: Addresses
  clock: Pick<Clock, 'now'>
}): AddressExchange {
  const { group, self, stream, members, addresses, clock } = options
  const moved = new Set<PeerId>()
  let wasAsked = false
  let heard = { since: clock.now(), count: 0 }

  const exchange: AddressExchange = {
    onAsked() {
      if (wasAsked) throw coreError('BAD_MESSAGE', 'asked again where everybody is')
      wasAsked = true
      exchange.onMoved(members.devices(group))
    },
    onTold(told) {
      // Hearsay makes this device dial: there is not much of it among honest members.
      if (clock.now() - heard.since > HEARSAY.withinMs) heard = { since: clock.now(), count: 0 }
      const most = HEARSAY.more + HEARSAY.perDevice * members.devices(group).length
      for (const [device, list] of told) {
        if (heard.count++ >= most) return
        if (device === self || !members.roleOf(group, device)) continue
        addresses.onAddresses(device, list, stream.peer)
        // It need not hear its own word.
        if (isSame(addresses.addressesOf(device), list)) moved.delete(device)
      }
    },
    onMoved(devices) {
      for (const device of devices) moved.add(device)
    },
    async tell() {
      const news = new Map<PeerId, readonly string[]>()
      for (const device of moved) {
        const list = addresses.addressesOf(device)
        if (device !== stream.peer && list.length > 0) news.set(device, list)
      }
      moved.clear()
      if (news.size === 0) return
      for (const message of wire.encodeAddresses(news)) await stream.send(message)
    }
  }
  return exchange
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}
