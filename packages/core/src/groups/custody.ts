import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Log } from '../log/log.ts'
import type { Addresses } from '../peers/addresses.ts'
import type { Peers } from '../peers/peers.ts'
import type { Database } from '../store/store.ts'
import { SECRET_BYTES } from './invitation.ts'
import { join } from './join.ts'
import { keyAges } from './key-age.ts'
import type { JoinDeps } from './join.ts'
import { isAtLeast } from './role.ts'
import { roleIn } from './state.ts'
import type { GroupState } from './state.ts'

/** How often the age and the use of keys are looked at, ms. */
const CHECK_MS = 10 * 60_000
/** What each device leaves to those before it, so that not all of them change a key at once, ms. */
const TURN_MS = 5_000
/** Devices beyond this one change a stale key at the same time. */
const LONGEST_LINE = 60
/** First wait before a key that is missing is asked for, doubled up to the longest, ms. */
const FIRST_ASK_MS = 2_000
const LONGEST_ASK_MS = 60_000

export interface CustodyDeps extends JoinDeps {
  log: Pick<Log, 'count' | 'vector'>
  peers: Pick<Peers, 'get'>
  addresses: Pick<Addresses, 'addressesOf'>
  /** With KEY_AGE_SCHEMA in it. */
  database: Database
  clock: Clock
  logger: Logger
}

/**
 * Sees to the keys of all groups: changes one that somebody still has who left, or that is old or much used; and asks
 * other members for one that this device was not given. Returns its end.
 */
export function keepKeys(deps: CustodyDeps): () => void {
  const { identity, membership, log, peers, addresses, clock, logger } = deps
  const ageOf = keyAges(deps.database, clock)
  const rotating = new Map<GroupId, () => void>()
  const asking = new Map<GroupId, () => void>()
  const stopping = new AbortController()

  const rotate = (group: GroupId, why: string): void => {
    try {
      membership.rotate(group)
      logger.info('changed the key of a group', { group, why })
    } catch (error) {
      // Another member may have been faster; whatever else it is, the next look finds it again.
      logger.warn('the key of a group could not be changed', { group, why, error: String(error) })
    }
  }

  /** Soon, when nobody who stands before us in line did. */
  const rotateSoon = (group: GroupId): void => {
    if (!membership.mustRotate(group) || rotating.has(group)) return
    const place = placeOf(membership.state(group), identity.device, 'reader')
    const cancel = clock.after((1 + place) * TURN_MS, () => {
      rotating.delete(group)
      if (membership.mustRotate(group)) rotate(group, 'somebody who left has it')
    })
    rotating.set(group, cancel)
  }

  const lacksKey = (group: GroupId): boolean => {
    const state = membership.state(group)
    if (!state || !isAtLeast(roleIn(state, identity.device), 'reader')) return false
    return membership.key(group, state.epoch) === undefined
  }
  const ask = async (group: GroupId): Promise<void> => {
    const present = membership.devices(group).filter(device => device !== identity.device && peers.get(device))
    const link = {
      group,
      name: membership.state(group)?.name ?? '',
      peers: new Map(present.map(device => [device, [...addresses.addressesOf(device)]])),
      // Who is a member is answered without an invitation.
      secret: Uint8Array.from(randomBytes(SECRET_BYTES))
    }
    await join(link, deps, stopping.signal)
  }
  const askLater = (group: GroupId, waitMs = FIRST_ASK_MS): void => {
    if (stopping.signal.aborted || !lacksKey(group) || asking.has(group)) return
    const cancel = clock.after(waitMs, () => {
      const again = (): void => {
        asking.delete(group)
        askLater(group, Math.min(LONGEST_ASK_MS, 2 * waitMs))
      }
      if (lacksKey(group))
        ask(group).then(again, (error: unknown) => {
          if (!hasCode(error, 'UNREACHABLE')) logger.debug('no key for us', { group, error: String(error) })
          again()
        })
      else again()
    })
    asking.set(group, cancel)
  }

  const look = (group: GroupId): void => {
    rotateSoon(group)
    askLater(group)
  }
  const isMuchUsed = (group: GroupId, epoch: number, records: number): boolean => {
    // Counting looks at all records of a group: only where there are enough of them.
    const total = log
      .vector(group)
      .values()
      .reduce((sum, seq) => sum + seq, 0)
    return total >= records && log.count(group, epoch) >= records
  }
  const check = (group: GroupId): void => {
    const state = membership.state(group)
    if (!state || !isAtLeast(roleIn(state, identity.device), 'admin')) return
    const { keyAgeMs, keyRecords } = state.policy
    const place = placeOf(state, identity.device, 'admin')
    const present = state.epochs.get(state.epoch)
    const age = present ? ageOf(group, present) : 0
    if (age >= keyAgeMs + place * CHECK_MS) rotate(group, 'it is old')
    else if (isMuchUsed(group, state.epoch, keyRecords * (1 + place / 10))) rotate(group, 'it is much used')
  }

  const stopWatching = membership.onChange(look)
  const stopChecking = clock.every(CHECK_MS, () => {
    for (const group of membership.groups()) check(group)
  })
  for (const group of membership.groups()) look(group)
  return () => {
    stopping.abort(new Error('the node stops'))
    stopWatching()
    stopChecking()
    for (const cancel of [...rotating.values(), ...asking.values()]) cancel()
  }
}

/** How many devices stand before this one: of admins first, then of those who have at least this role. */
function placeOf(state: GroupState | undefined, self: PeerId, least: 'reader' | 'admin'): number {
  const devices = [...(state?.members.values() ?? [])]
    .filter(({ role }) => isAtLeast(role, least))
    .flatMap(({ role, devices }) => [...devices.keys()].map(device => ({ device, first: isAtLeast(role, 'admin') })))
    .sort((a, b) => Number(b.first) - Number(a.first) || (a.device < b.device ? -1 : 1))
  const place = devices.findIndex(({ device }) => device === self)
  return Math.min(place < 0 ? LONGEST_LINE : place, LONGEST_LINE)
}
