import { createHash } from 'node:crypto'
import { historyOf } from '../groups/checking.ts'
import { identityOf } from '../identity/identity.ts'
import type { Identity } from '../identity/identity.ts'
import { makeSecrets } from '../identity/secrets.ts'
import type { GroupId } from '../ids.ts'
import { GROUP_SCHEMA } from '../groups/group-store.ts'
import { KEY_AGE_SCHEMA } from '../groups/key-age.ts'
import type { Role } from '../groups/role.ts'
import { membership } from '../groups/membership.ts'
import type { Membership } from '../groups/membership.ts'
import { readOperation } from '../groups/operation.ts'
import type { Database, Stores } from '../store/store.ts'
import { memoryIdentity } from './identity.ts'
import { manualClock } from './manual-clock.ts'
import { OPEN_LINK, hex, invitationKey, replica, request } from './replica.ts'
import type { Replica } from './replica.ts'

/** A device's memberships in a store of its own, without a network: tests carry the operations. */
export interface Home {
  identity: Identity
  database: Database
  members: Membership
  restart(): Membership
}

export function homeOf(identity: Identity, stores: Stores, { clock = manualClock() } = {}): Home {
  const database = stores.of(identity.device).database([GROUP_SCHEMA, KEY_AGE_SCHEMA])
  const start = (): Membership => membership({ identity, database, clock })
  return { identity, database, members: start(), restart: start }
}

/** Another device of the person that `memoryIdentity(seed)` is. */
export function furtherDevice(seed: string, label: string): Identity {
  const bytes = (purpose: string): Uint8Array => createHash('sha256').update(purpose).digest()
  const secrets = makeSecrets({
    accountSeed: bytes(`account of ${seed}`),
    deviceSeed: bytes(`device of ${seed} ${label}`),
    boxSecret: bytes(`box of ${seed} ${label}`),
    label,
    now: 0
  })
  return identityOf(secrets, seed, () => Promise.resolve())
}

/** A copy of what `at` knows, in the hands of `identity`, who may sign anything on top. */
export function copyOf(at: Pick<Home, 'identity' | 'members'>, group: GroupId, identity = at.identity): Replica {
  return replica(
    identity,
    at.members.since(group, []).map(bytes => readOperation(bytes))
  )
}

/** Lets `joiner` in at `at`, as a link would. */
export function letIn(
  joiner: Pick<Home, 'identity' | 'members'>,
  at: Pick<Home, 'identity' | 'members'>,
  group: GroupId,
  role: Role = 'writer'
): void {
  const secret = invitationKey(`${joiner.identity.name} ${role}`)
  at.members.act(group, { type: 'invite', ...OPEN_LINK, key: hex(secret), role, uses: 1, expiresAt: 2 ** 50 })
  at.members.act(group, { type: 'join', request: request(joiner.identity, copyOf(at, group), secret) })
  welcome(joiner, at, group)
}

/** The answer that a joining device gets. */
export function welcome(
  joiner: Pick<Home, 'identity' | 'members'>,
  at: Pick<Home, 'identity' | 'members'>,
  group: GroupId
): void {
  const operations = at.members.since(group, []).map(bytes => readOperation(bytes))
  joiner.members.adopt(historyOf(group, operations), at.members.keysFor(group, joiner.identity.certificate))
}

/** Gives everybody what everybody has. */
export function meet(group: GroupId, ...homes: Home[]): void {
  for (const to of homes) for (const from of homes) to.members.receive(group, from.members.since(group, []))
}

export function seen(...homes: Home[]): Map<Identity['device'], number> {
  return new Map(homes.map(({ identity }) => [identity.device, 0]))
}

/** A person at home. */
export function memoryHome(seed: string, stores: Stores): Home {
  return homeOf(memoryIdentity(seed), stores)
}
