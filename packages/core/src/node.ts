import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { createBroadcast } from './broadcast/broadcast.ts'
import { createBudgets } from './budgets/budgets.ts'
import type { Budgets, Metered } from './budgets/budgets.ts'
import type { StorageUse } from './budgets/plugin-storage.ts'
import { storageBudgets } from './budgets/storage-budgets.ts'
import { startDiscovery } from './discovery/discovery.ts'
import type { DiscoveryStatus } from './discovery/discovery.ts'
import type { Groups } from './groups/group.ts'
import { createGroups } from './groups/groups.ts'
import { membership } from './groups/membership.ts'
import { createHost } from './host/host.ts'
import type { UseOptions } from './host/host.ts'
import { openIdentity } from './identity/identity.ts'
import type { Identity } from './identity/identity.ts'
import type { KeyKeeper } from './identity/key-keeper.ts'
import type { Self } from './identity/self.ts'
import type { PeerId } from './ids.ts'
import { createLog } from './log/log.ts'
import type { Log } from './log/log.ts'
import { DEFAULT_QUOTA } from './log/quota.ts'
import type { Quota } from './log/quota.ts'
import type { Logger } from './logger.ts'
import { silentLogger } from './logger.ts'
import { createNames } from './names/node-names.ts'
import type { Names } from './names/names.ts'
import { startConnecting } from './peers/connecting.ts'
import { devicesAt } from './peers/devices-at.ts'
import { neighbours } from './peers/neighbours.ts'
import { oursOf } from './peers/ours.ts'
import type { Wishes } from './peers/ours.ts'
import type { Peers } from './peers/peers.ts'
import type { ShutOut } from './peers/shut-out.ts'
import { directIndex } from './people/contacts/direct-index.ts'
import type { Devices } from './people/devices/devices.ts'
import type { Linking } from './people/devices/linking/linking.ts'
import { startOwnDevices } from './people/devices/own-devices.ts'
import { createHome } from './people/home.ts'
import { createPeople } from './people/people.ts'
import type { NodePeople, People } from './people/people.ts'
import type { Recovery } from './people/recovery/recovery.ts'
import type { Plugin } from './plugin.ts'
import { CORE_MIGRATIONS } from './schema.ts'
import { diskStores } from './store/disk.ts'
import type { Stores } from './store/store.ts'
import { libp2pNetwork } from './transport/libp2p.ts'
import type { StrangerLimits } from './transport/libp2p.ts'
import type { DhtStatus } from './transport/dht.ts'
import type { Network } from './transport/network.ts'
import type { Reach } from './transport/reach.ts'
import { createStreams } from './transport/streams.ts'

/** Where a node listens unless told otherwise: every interface, TCP and WebSocket, ports that are free. */
const LISTEN = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip6/::/tcp/0', '/ip6/::/tcp/0/ws']

export interface NodeOptions {
  /** Where the node keeps its keys and everything else; made on first start, one node at a time. */
  folder: string
  /** The person's display name on first start, 1 to 64 characters; later the stored one counts. @default 'Somebody' */
  name?: string
  /** The device's name on first start. @default 'device' */
  label?: string
  /** Encrypts the keys on first start, and is needed from then on. */
  passphrase?: string
  /** Multiaddrs of TCP and WebSocket listeners. @default every interface, ports that are free */
  listen?: string[]
  /** Multiaddrs that others are told instead of those listened on. */
  announce?: string[]
  /** Who may be reached through this node: devices of its groups, anyone, or nobody. @default 'members' */
  relay?: 'off' | 'members' | 'anyone'
  /**
   * Whether this node is reached through members that relay: `auto` where it is not known to be reachable from
   * everywhere, and does not listen on loopback alone. @default 'auto'
   */
  reserve?: 'auto' | 'always' | 'never'
  /** The text of a swarm key file: a private network, which only nodes with the same key take part in. */
  swarmKey?: string
  /** Asks the router (UPnP) for a way in. @default false */
  upnp?: boolean
  /** Where sockets for bulk come in, to be named in a firewall. @default 0, a free one */
  bulkPort?: number
  /** How many may be connected that share no group with this node. @default 200, and 64 of one host */
  strangers?: Partial<StrangerLimits>
  /**
   * Whether this node takes part in the DHT, by which global names and members of groups are found: not, by asking only,
   * or as far as it can. @default 'auto'
   */
  dht?: 'off' | 'client' | 'auto'
  /** Multiaddrs of nodes to enter the DHT by, each ending in `/p2p/<device>`. Any connected node is one, too. @default none */
  bootstrap?: string[]
  /** Find and connect to nodes on the same link by multicast. @default false */
  mdns?: boolean | { serviceTag: string; intervalMs: number }
  /** What records may take on this disk where no budget says otherwise. @default 1 GiB a person in a group, 8 GiB a group */
  quota?: Partial<Quota>
  logger?: Logger
  clock?: Clock
  /** Instead of libp2p: for tests and simulations. */
  network?: (identity: Identity) => Network
  /** Instead of opening `folder`: what is open already, or is kept in memory. Closed with the node. */
  stores?: Stores
}

/** How a node is reached, and finds others. */
export interface NodeReach extends Reach {
  dht: DhtStatus
  /** Of members of its groups, through the DHT. */
  discovery: DiscoveryStatus
}

/** A running node: one device of one person, its groups and connections, and the plugins on it. */
export interface BorgoNode {
  readonly self: Self
  readonly groups: Omit<Groups, 'define' | 'follow' | 'listen'>
  readonly peers: Peers
  readonly people: People
  /** This person's devices. */
  readonly devices: Omit<Devices, 'stop'>
  /** How a new device becomes one of them. */
  readonly linking: Omit<Linking, 'stop'>
  /** How this person comes back when all devices are gone. */
  readonly recovery: Recovery
  /** The file that holds this device's keys. */
  readonly keys: Pick<KeyKeeper, 'isEncrypted' | 'setPassphrase' | 'check'>
  /** What this node, its plugins, groups and peers may use. */
  readonly budgets: Budgets
  /** What lies on the disk, by plugin. */
  readonly storage: { use(): StorageUse }
  /** Who has to stay outside, and how somebody comes to. */
  readonly shutOut: ShutOut
  readonly names: Names
  /** Verifies the records on disk; damaged ones are fetched again from members. */
  readonly check: Log['check']
  /** Multiaddrs on which others reach this node, each ending in `/p2p/<device>`. */
  addresses(): string[]
  /** Whether others can reach this node, and how it finds them. */
  reach(): NodeReach
  /** Connects to a multiaddr that ends in `/p2p/<device>`. Throws BAD_ADDRESS, UNREACHABLE, `signal.reason`. */
  dial(address: string, options?: { signal?: AbortSignal }): Promise<PeerId>
  /** Changes this person's display name and tells who is connected. Throws TypeError. */
  rename(name: string): Promise<void>
  /**
   * This device came to another account, by linking or recovery: stop the node and start it again on its folder. Returns
   * its undo.
   */
  onAdopted(listener: () => void): () => void
  /**
   * Starts a plugin and returns its API. Call in dependency order. Throws PLUGIN_TAKEN, PLUGIN_UNKNOWN (one that it
   * needs), START_TIMEOUT, STOPPED, or what its `start` threw.
   */
  use<Api>(plugin: Plugin<Api>, options?: UseOptions): Promise<Api>
  /**
   * Stops one plugin with everything that it registered; the others go on, and `use` may start it again. What it keeps on
   * disk stays. Throws PLUGIN_UNKNOWN; PLUGIN_NEEDED while another one needs it.
   */
  drop(plugin: string): Promise<void>
  /** Stops the plugins, newest first, then the connections, then the storage. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a node. Throws FOLDER_IN_USE, FOLDER_READ_ONLY, DISK_FULL, STORE_CORRUPT, STORE_TOO_NEW, BAD_KEY_FILE,
 * BAD_PASSPHRASE, BAD_SWARM_KEY, PORT_IN_USE, BAD_ADDRESS; whatever was opened is closed again by then.
 */
export async function createNode(options: NodeOptions): Promise<BorgoNode> {
  const { clock = systemClock, logger = silentLogger } = options
  const bootstrap = devicesAt(options.bootstrap ?? [])
  await using opened = new AsyncDisposableStack()

  const stores = options.stores ?? diskStores(options.folder)
  opened.defer(() => stores.close())
  const store = stores.of('core')
  const { passphrase, label, name = 'Somebody' } = options
  const identity = await openIdentity(store.folder, { name, label, passphrase, now: clock.now() })
  const database = store.database(CORE_MIGRATIONS)

  const members = membership({ identity, database, clock })
  const directs = directIndex(identity.account, members)
  opened.defer(() => directs.stop())
  // What is below people asks them as soon as they are there.
  const late: { people?: NodePeople } = {}
  const wishes: Wishes = {
    wanted: () => late.people?.wanted() ?? [],
    unwanted: () => late.people?.unwanted() ?? []
  }
  const ours = oursOf(members, wishes)
  const beside = neighbours(members, identity.device, clock)
  opened.defer(() => beside.stop())
  const budgets = createBudgets({ database, clock })
  const overNetwork = options.network ?? overLibp2p(options, ours.has, budgets, clock, logger)
  const network = overNetwork(identity)
  opened.defer(() => network.stop())
  const streams = createStreams({
    network,
    clock,
    budgets,
    logger: logger.child('streams'),
    isMember: (group, peer) => members.roleOf(group, peer) !== undefined,
    isContact: peer => late.people?.isContact(peer) ?? false
  })
  opened.defer(() => streams.close())
  const connecting = startConnecting({
    identity,
    database,
    network,
    streams,
    members,
    ours,
    wishes,
    neighbours: beside,
    bootstrap,
    clock,
    logger: logger.child('peers')
  })
  opened.defer(() => connecting.stop())
  const { addresses, directory, shutOut } = connecting
  const discovery = startDiscovery({
    identity,
    members,
    network,
    wanted: ours.all,
    onFound: connecting.onFound,
    clock,
    logger: logger.child('discovery')
  })
  opened.defer(() => discovery.stop())

  const storage = storageBudgets({ budgets, members, usual: { ...DEFAULT_QUOTA, ...options.quota } })
  const log = createLog({
    identity,
    database,
    network,
    streams,
    addresses,
    members,
    quotaOf: storage.quotaOf,
    hasRoomOf: storage.hasRoomOf,
    clock,
    logger: logger.child('log')
  })
  opened.defer(() => log.stop())
  opened.defer(storage.limit(log))
  const home = createHome({ identity, membership: members, log })
  opened.defer(() => home.stop())
  const broadcast = createBroadcast({ identity, network, members, clock, logger: logger.child('broadcast') })
  opened.defer(() => broadcast.stop())
  const groups = createGroups({
    identity,
    database,
    membership: members,
    log,
    broadcast,
    network,
    streams,
    peers: directory,
    isMissed: (group, device) => beside.has(group, device) || wishes.wanted().includes(device),
    addresses,
    clock,
    logger: logger.child('groups')
  })
  opened.defer(() => groups.stop())
  const people = createPeople({
    identity,
    database,
    membership: members,
    index: directs,
    groups,
    home,
    log,
    network,
    streams,
    peers: directory,
    addresses,
    clock,
    logger: logger.child('people')
  })
  late.people = people
  opened.defer(() => people.stop())
  const names = createNames({
    identity,
    database,
    network,
    streams,
    log,
    members,
    clock,
    logger: logger.child('names')
  })
  opened.defer(() => names.stop())

  await network.start()
  const own = startOwnDevices({
    identity,
    database,
    membership: members,
    home,
    log,
    network,
    streams,
    peers: directory,
    addresses,
    introduce: () => directory.introduce(),
    isWaiting: () => groups.waiting().length > 0,
    clock,
    logger: logger.child('devices')
  })
  opened.defer(() => own.stop())
  // What plugins wrote while they stopped is for the others, too.
  opened.defer(() => log.handOver())
  const self: Self = {
    account: identity.account,
    device: identity.device,
    get name() {
      return identity.name
    },
    sign: bytes => identity.sign(bytes)
  }
  const host = createHost({
    self,
    clock,
    logger,
    stores,
    storage,
    peers: directory,
    people,
    groups,
    names,
    streams: {
      ...streams,
      async open(peer, protocol, { group, signal }) {
        if (ours.has(peer)) await connecting.reach(peer, { signal })
        return await streams.open(peer, protocol, { group: group?.id, signal })
      }
    }
  })
  opened.defer(() => host.stop())

  const running = opened.move()
  let stopping: Promise<void> | undefined
  return {
    self,
    groups,
    peers: directory,
    people,
    devices: own.devices,
    linking: own.linking,
    recovery: own.recovery,
    keys: identity.keys,
    onAdopted: own.onAdopted,
    budgets,
    storage: { use: () => storage.use() },
    shutOut,
    names,
    check: log.check,
    addresses: () => network.addresses(),
    reach: () => ({ ...network.reach(), dht: network.dht.status(), discovery: discovery.status() }),
    dial: (address, dialOptions) => network.dial([address], dialOptions),
    async rename(next) {
      await identity.rename(next)
      directory.introduce()
      groups.rename(identity.name)
    },
    use: (plugin, options) => host.use(plugin, options),
    drop: plugin => host.drop(plugin),
    stop: () => (stopping ??= running.disposeAsync())
  }
}

function overLibp2p(
  options: NodeOptions,
  isMember: (peer: PeerId) => boolean,
  budgets: Pick<Metered, 'take'>,
  clock: Clock,
  logger: Logger
): (identity: Identity) => Network {
  const {
    announce,
    listen = LISTEN,
    mdns = false,
    relay = 'members',
    reserve = 'auto',
    swarmKey,
    upnp,
    bulkPort,
    strangers,
    dht = 'auto'
  } = options
  return ({ deviceSeed }) =>
    libp2pNetwork({
      deviceKey: deviceSeed,
      listen,
      announce,
      mdns,
      paths: {
        relay,
        reserve,
        isMember,
        spend: (direction, bytes, peer, signal) =>
          budgets.take(direction, bytes, { plugin: 'relay', group: undefined, peer }, signal)
      },
      dht,
      swarmKey,
      upnp,
      bulkPort,
      strangers,
      clock,
      logger: logger.child('network')
    })
}
