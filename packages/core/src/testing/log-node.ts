import { createBroadcast } from '../broadcast/broadcast.ts'
import type { BroadcastService } from '../broadcast/broadcast.ts'
import type { Clock } from '../clock.ts'
import type { Role } from '../groups/role.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { createLog } from '../log/log.ts'
import type { Log, LogOptions } from '../log/log.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import { createStreams } from '../transport/streams.ts'
import type { Streams } from '../transport/streams.ts'
import { memoryIdentity } from './identity.ts'
import { memberList } from './member-list.ts'
import type { MemberList } from './member-list.ts'
import type { MemoryNetwork } from './memory-network.ts'

/** A node that is only its log and broadcast, on a memory network and a made-up membership. */
export interface LogNode {
  readonly identity: Identity
  readonly device: PeerId
  readonly members: MemberList
  readonly network: Network
  readonly streams: Streams
  readonly database: Database
  readonly log: Log
  readonly broadcast: BroadcastService
  /** What others told of devices' addresses. */
  readonly learned: Map<PeerId, readonly string[]>
  /** Learns where a device can be reached, as from the device itself. */
  meet(other: PeerId, addresses: readonly string[]): void
  connect(other: LogNode): Promise<void>
  stop(): Promise<void>
}

/** Who is in a group, by seed. */
export type Roles = Record<string, Role>

/** Starts a node whose member list holds `groups`. `file`: of its database, kept after `stop`. */
export async function logNode(
  seed: string,
  options: { net: MemoryNetwork; clock: Clock; file?: string; groups?: Record<GroupId, Roles> } & Pick<
    LogOptions,
    'quotaOf' | 'hasRoomOf'
  >
): Promise<LogNode> {
  const { net, clock, file = ':memory:', groups = {}, quotaOf, hasRoomOf } = options
  const identity = memoryIdentity(seed)
  const { device } = identity
  const members = memberList(device)
  for (const [group, roles] of Object.entries(groups) as [GroupId, Roles][]) {
    for (const [who, role] of Object.entries(roles)) members.grant(group, who, role)
    members.giveKey(group)
  }
  const network = net.node(device)
  await network.start()
  const logger = silentLogger
  const isMember = (group: GroupId, peer: PeerId): boolean => members.roleOf(group, peer) !== undefined
  const streams = createStreams({ network, clock, logger, isMember })
  const database = openDatabase(file, CORE_MIGRATIONS)
  const learned = new Map<PeerId, readonly string[]>()
  const addressListeners = new Set<(of: PeerId) => void>()
  const addresses = {
    addressesOf: (of: PeerId) => (of === device ? network.addresses() : (learned.get(of) ?? [])),
    onAddresses: (of: PeerId, list: readonly string[]) => void learned.set(of, list),
    onChange: (listener: (of: PeerId) => void) => {
      addressListeners.add(listener)
      return () => addressListeners.delete(listener)
    }
  }
  const log = createLog({
    identity,
    database,
    members,
    ...(quotaOf && { quotaOf }),
    ...(hasRoomOf && { hasRoomOf }),
    network,
    streams,
    addresses,
    clock,
    logger
  })
  const broadcast = createBroadcast({ identity, network, members, clock, logger })
  return {
    identity,
    device,
    members,
    network,
    streams,
    database,
    log,
    broadcast,
    learned,
    meet(other, addresses) {
      learned.set(other, addresses)
      for (const listener of addressListeners) listener(other)
    },
    async connect(other) {
      await network.dial(other.network.addresses())
    },
    async stop() {
      await log.stop()
      broadcast.stop()
      streams.close()
      await network.stop()
      database.close()
    }
  }
}
