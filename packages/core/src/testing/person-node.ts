import { historyOf } from '../groups/checking.ts'
import type { Clock } from '../clock.ts'
import { membership } from '../groups/membership.ts'
import type { Membership } from '../groups/membership.ts'
import { readOperation } from '../groups/operation.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { createLog } from '../log/log.ts'
import type { Log } from '../log/log.ts'
import { silentLogger } from '../logger.ts'
import { createHome } from '../people/home.ts'
import type { Home } from '../people/home.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import { createStreams } from '../transport/streams.ts'
import type { Streams } from '../transport/streams.ts'
import type { MemoryNetwork } from './memory-network.ts'

/** A device with memberships, log and home on a memory network; nobody is let in but by the test. */
export interface PersonNode {
  readonly identity: Identity
  readonly database: Database
  readonly members: Membership
  readonly network: Network
  readonly streams: Streams
  readonly log: Log
  readonly home: Home
  connect(other: PersonNode): Promise<void>
  /** Adds another device of the same person to a group of this one. */
  add(other: PersonNode, group: GroupId): void
  stop(): Promise<void>
}

export async function personNode(
  identity: Identity,
  { net, clock }: { net: MemoryNetwork; clock: Clock }
): Promise<PersonNode> {
  const database = openDatabase(':memory:', CORE_MIGRATIONS)
  const logger = silentLogger
  const network = net.node(identity.device)
  await network.start()
  const members = membership({ identity, database, clock })
  const isMember = (group: GroupId, peer: PeerId): boolean => members.roleOf(group, peer) !== undefined
  const streams = createStreams({ network, clock, logger, isMember })
  const addresses = { addressesOf: () => [], onAddresses: () => undefined, onChange: () => () => undefined }
  const log = createLog({ identity, database, members, network, streams, addresses, clock, logger })
  const home = createHome({ identity, membership: members, log })
  return {
    identity,
    database,
    members,
    network,
    streams,
    log,
    home,
    async connect(other) {
      await network.dial(other.network.addresses())
    },
    add(other, group) {
      const { certificate } = other.identity
      members.act(group, { type: 'addDevice', certificate })
      const operations = members.since(group, []).map(bytes => readOperation(bytes))
      other.members.adopt(historyOf(group, operations), members.keysFor(group, certificate))
    },
    async stop() {
      home.stop()
      await log.stop()
      streams.close()
      await network.stop()
      database.close()
    }
  }
}
