import type { Clock } from '../clock.ts'
import type { Membership } from '../groups/membership.ts'
import type { PeerId } from '../ids.ts'
import type { Identity } from '../identity/identity.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { LINK, createAddressBook } from './address-book.ts'
import type { Addresses } from './addresses.ts'
import { createDirectory } from './directory.ts'
import type { Directory } from './directory.ts'
import { meetOnLink } from './meet-on-link.ts'
import type { Neighbours } from './neighbours.ts'
import type { Ours, Wishes } from './ours.ts'
import { startRedialing } from './redial.ts'
import { createShutOut } from './shut-out.ts'
import type { ShutOut } from './shut-out.ts'
import { keepFewSpare } from './spare.ts'

/** Who is connected: where devices are, who is called, who is let go, who stays outside. */
export interface Connecting {
  directory: Directory
  addresses: Addresses
  shutOut: ShutOut
  /** Somewhere it is said where a device of ours is. */
  onFound(device: PeerId, addresses: string[]): void
  /** Connects to a device of ours that is not connected. Throws UNREACHABLE, `signal.reason`. */
  reach(device: PeerId, options: { signal?: AbortSignal | undefined }): Promise<void>
  stop(): Promise<void>
}

export function startConnecting(options: {
  identity: Identity
  database: Database
  network: Network
  streams: Streams
  members: Membership
  ours: Ours
  wishes: Wishes
  /** Who is called in each group, in its order. */
  neighbours: Pick<Neighbours, 'lanes'>
  /** Devices that are called whatever group they are in. */
  bootstrap: ReadonlyMap<PeerId, readonly string[]>
  clock: Clock
  logger: Logger
}): Connecting {
  const { identity, database, network, streams, members, ours, wishes, neighbours, bootstrap, clock, logger } = options
  const undos = new AsyncDisposableStack()

  const book = createAddressBook({ database, clock, logger, isOurs: ours.has, ours: ours.all })
  undos.defer(() => book.stop())
  // Who was a stranger when it introduced itself may be a member now.
  undos.defer(members.onChange(() => book.flush()))
  const redialing = startRedialing({
    network,
    clock,
    logger,
    wanted: () => [...wishes.wanted(), ...bootstrap.keys()],
    lanes: () => neighbours.lanes(),
    unwanted: () => wishes.unwanted(),
    addresses: device => [...new Set([...book.get(device), ...(bootstrap.get(device) ?? [])])]
  })
  undos.defer(() => redialing.stop())
  const directory = createDirectory({
    network,
    streams,
    self: () => ({ certificate: identity.certificate.bytes, name: identity.name }),
    book,
    mayReach: device => ours.has(device) && redialing.mayReach(device),
    clock,
    logger
  })
  undos.defer(() => directory.stop())
  undos.defer(
    keepFewSpare({
      network,
      clock,
      logger,
      isOurs: ours.has,
      isWanted: device => redialing.wants(device),
      isUsed: device => streams.isUsed(device)
    })
  )
  const shutOut = createShutOut({ network, database, onLifted: device => redialing.now(device), clock, logger })
  undos.defer(
    network.onAddresses(() => {
      directory.introduce()
      redialing.now()
    })
  )
  undos.defer(book.onChange(device => redialing.now(device)))
  undos.defer(network.onSomebodyElse((device, address) => book.ruleOut(device, address)))
  undos.defer(
    meetOnLink({
      network,
      isOurs: ours.has,
      addressesOf: device => book.get(device),
      // Also of who is no neighbour, and is dialled when there is cause.
      onOurs(device, list) {
        book.add(device, list, clock.now(), LINK)
        redialing.now(device)
      },
      clock,
      logger
    })
  )

  return {
    directory,
    shutOut,
    addresses: {
      addressesOf: device => (device === identity.device ? network.addresses() : book.get(device)),
      onAddresses: (device, list, by) => book.add(device, list, clock.now(), by),
      onChange(listener) {
        const both = [book.onChange(listener), network.onAddresses(() => listener(identity.device))]
        return () => {
          for (const undo of both) undo()
        }
      }
    },
    onFound(device, found) {
      // Whoever is here says so itself.
      if (directory.get(device)) return
      book.found(device, found, clock.now())
      redialing.now(device)
    },
    reach: (device, { signal }) => redialing.reach(device, { signal }),
    stop: () => undos.disposeAsync()
  }
}
