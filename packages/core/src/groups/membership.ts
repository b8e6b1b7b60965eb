import { randomBytes } from 'node:crypto'
import { readingAs } from '../canonical.ts'
import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Members } from '../log/members.ts'
import type { Database } from '../store/store.ts'
import type { Action } from './action.ts'
import { createAside } from './aside.ts'
import type { Aside } from './aside.ts'
import { EPOCH_KEY_BYTES, keyCheck, openEpochKey, sealEpochKey } from './epoch-key.ts'
import type { SealedKey } from './epoch-key.ts'
import type { FoundedKind } from './group.ts'
import { groupStore } from './group-store.ts'
import { history } from './history.ts'
import type { History } from './history.ts'
import { operationId, readOperation, signOperation } from './operation.ts'
import type { Operation } from './operation.ts'
import { pastRefusal, refusal } from './permission.ts'
import { isAtLeast, isBelow } from './role.ts'
import { keysIn, rotation, unwrapAll } from './rotation.ts'
import { roleIn } from './state.ts'
import type { GroupState } from './state.ts'

/** Keys of one welcome: the newest; older ones are wrapped in the operations. */
const WELCOME_KEYS = 128

/** The memberships of this device: who is in which group, by which operations, under which keys. All of it on disk. */
export interface Membership extends Members {
  /** Undefined when this device is no member. */
  state(group: GroupId): GroupState | undefined
  /** Also of a group that this device is no longer a member of. Throws GROUP_UNKNOWN when it never was. */
  history(group: GroupId): History
  /** Whether it is the group of this person's devices, also after this device was locked out of it. */
  isHome(group: GroupId): boolean
  /** Groups that this device was in and is not any more. */
  lost(): GroupId[]
  /** When this device created or joined the group, ms since 1970. */
  joinedAt(group: GroupId): number
  /** Founds a group; committed when it returns. */
  create(options: { name: string; kind: FoundedKind }): GroupId
  /**
   * Carries out an action of this device, and changes the group's key when that calls for it; committed when it
   * returns. Throws FORBIDDEN, saying why, when the group's state does not permit it. `link`: of an invitation that was
   * made here.
   */
  act(group: GroupId, action: Action, options?: { link?: string }): Operation
  /** Begins an epoch; committed when it returns. Throws FORBIDDEN unless admin, or the key is stale. */
  rotate(group: GroupId): void
  /** Whether this device may, and has to, begin an epoch before anything more is written. */
  mustRotate(group: GroupId): boolean
  /** Links of the invitations made on this device, by the invitation's key. */
  links(group: GroupId): ReadonlyMap<string, string>
  /**
   * Takes a group over from who admitted us, whose history was checked: opens the keys, and commits everything in one
   * step. Throws BAD_OPERATION when it does not make this device a member, or does not come with the group's key.
   */
  adopt(theirs: History, keys: readonly SealedKey[]): void
  /** The group's keys that a member's device may have, sealed for it. */
  keysFor(group: GroupId, device: Certificate): SealedKey[]
}

interface Known {
  history: History
  joinedAt: number
  keys: Map<number, Uint8Array>
  links: Map<string, string>
  aside: Aside
}

/** Opens the memberships of this device. Throws STORE_CORRUPT. */
export function membership(deps: { identity: Identity; database: Database; clock: Clock }): Membership {
  const { identity, database, clock } = deps
  const store = groupStore(database)
  const { on: onChange, tell: changed } = listeners<[group: GroupId]>()
  const known = new Map<GroupId, Known>()
  for (const { id, operations, ...rest } of store.load())
    known.set(id, { ...rest, history: stored(id, operations), aside: createAside() })

  const isSelfIn = ({ accounts }: GroupState): boolean => accounts.get(identity.device) === identity.account
  const isMember = ({ history }: Known): boolean => isSelfIn(history.state)
  const member = (group: GroupId): Known | undefined => {
    const found = known.get(group)
    return found && isMember(found) ? found : undefined
  }
  const joined = (group: GroupId): Known => {
    const found = member(group)
    if (!found) throw coreError('GROUP_UNKNOWN', 'this device is no member of the group')
    return found
  }
  /** Also of a group that this device is no longer a member of: what follows may make it one again. */
  const ever = (group: GroupId): Known => {
    const found = known.get(group)
    if (!found) throw coreError('GROUP_UNKNOWN', 'this device was never a member of the group')
    return found
  }

  /** Runs `work` in a transaction; when it fails, memory is what it was, as the disk is. */
  const commit = (found: Known, work: () => void): void => {
    const [{ size }, keys] = [found.history, new Map(found.keys)]
    try {
      database.transaction(work)
    } catch (failure) {
      // What came last was added last.
      found.history = history([...found.history.all()].slice(0, size))
      found.keys = keys
      throw failure
    }
  }

  const save = ({ history }: Known, operation: Operation): void => {
    store.saveOperation(history.group, operation.id, operation.bytes)
    history.add(operation)
  }

  /** Stores the keys that came for us. */
  const saveKeys = ({ history, keys }: Known, found: ReadonlyMap<number, Uint8Array>): void => {
    for (const [epoch, key] of found) {
      store.saveKey(history.group, epoch, key)
      keys.set(epoch, key)
    }
  }
  const placeOf = ({ history: { group, state, get } }: Known) => ({ identity, group, state, operation: get })

  /** Throws BAD_OPERATION when nobody let the author in, PAST_MISSING when who did so may not be here. */
  const checkAdmitted = ({ aside, history }: Known, operation: Operation): void => {
    if (history.wasAdmitted(operation.device) || aside.admits(operation, history)) return
    const code = aside.knowsPastOf(operation, history) ? 'BAD_OPERATION' : 'PAST_MISSING'
    throw coreError(code, 'an operation by a device that nobody let in')
  }

  /**
   * Throws BAD_OPERATION; PAST_MISSING when it follows what only this device may have left out. `follower`: for which it is
   * taken, a record if undefined.
   */
  const takeOne = (found: Known, operation: Operation, follower: Operation | undefined): void => {
    const missing = operation.parents.filter(parent => !found.history.has(parent))
    if (missing.length > 0) {
      found.aside.want(missing, follower)
      throw coreError('PAST_MISSING', 'an operation whose parents are not here')
    }
    found.history.check(operation)
    save(found, operation)
  }

  /** Stores operations up to the first bad one, and says what is wrong with that; fewer when they cost too much. */
  const takeIn = (
    found: Known,
    operations: readonly Uint8Array[],
    mostEffort: number
  ): { looked: number; refused: unknown } => {
    const taken: Operation[] = []
    const end = found.history.effort + mostEffort
    let refused: unknown
    let looked = 0
    for (const bytes of operations) {
      if (looked > 0 && found.history.effort >= end) break
      looked++
      // Each comes from many members.
      if (found.history.has(operationId(bytes))) continue
      let operation: Operation
      try {
        operation = readOperation(bytes)
        if (operation.group !== found.history.group) throw coreError('BAD_OPERATION', 'an operation of another group')
        // Before anybody's past is gone through for it.
        checkAdmitted(found, operation)
        if (found.aside.holdsBack(operation, found.history)) continue
        for (const one of [...found.aside.release(operation.parents), operation]) {
          takeOne(found, one, operation)
          taken.push(one)
        }
      } catch (error) {
        if (!hasCode(error, 'BAD_OPERATION', 'PAST_MISSING')) throw error
        refused = error
        break
      }
    }
    saveKeys(found, keysIn(taken, placeOf(found), found.keys))
    return { looked, refused }
  }

  /**
   * Stores what was kept aside and a record names, so that nobody's record is refused for what only this device left
   * out; nothing when one of them is bad, or what it follows is not here.
   */
  const takeAside = (found: Known, operations: readonly Operation[]): void => {
    try {
      commit(found, () => {
        for (const operation of operations) takeOne(found, operation, undefined)
      })
    } catch (error) {
      if (!hasCode(error, 'BAD_OPERATION', 'PAST_MISSING')) throw error
    }
  }

  /** Signs an action on top of what is known and takes it in; throws FORBIDDEN. */
  const carryOut = (found: Known, action: Action): Operation => {
    const { history } = found
    const content = { group: history.group, parents: history.parents(), time: clock.now(), action }
    const operation = signOperation(content, identity.deviceKey)
    const reason = refusal(history.state, operation) ?? pastRefusal(history.state, operation)
    if (reason !== undefined) throw coreError('FORBIDDEN', reason)
    history.check(operation)
    save(found, operation)
    return operation
  }
  const beginEpoch = (found: Known): void => {
    const { group, state } = found.history
    const { epoch, key, actions } = rotation(group, state, found.keys)
    for (const action of actions) carryOut(found, action)
    saveKeys(found, new Map([[epoch, key]]))
  }
  const mustRotate = (found: Known): boolean => {
    const { state } = found.history
    return state.isStale && isAtLeast(roleIn(state, identity.device), 'reader')
  }

  return {
    groups: () => [...known.keys()].filter(group => member(group)),
    isHome: group => known.get(group)?.history.state.kind === 'home',
    lost: () => [...known.keys()].filter(group => !member(group)),
    roleOf(group, device) {
      const state = member(group)?.history.state
      return state && roleIn(state, device)
    },
    roleAt(group, device, operations) {
      const found = member(group)
      const ids = operations.map(id => Buffer.from(id).toString('hex'))
      if (!found) return undefined
      const { aside, history } = found
      const left = aside.release(ids)
      if (left.length > 0) takeAside(found, left)
      const missing = ids.filter(id => !history.has(id))
      aside.want(missing)
      const state = history.stateAt(ids)
      return state && roleIn(state, device)
    },
    countsAs(group, device, seq, role) {
      const limit = known.get(group)?.history.state.limits.get(device)
      if (!limit || seq <= limit.lastSeq) return role
      return limit.role !== undefined && isBelow(limit.role, role) ? limit.role : limit.role && role
    },
    lastSeen: (group, device) => known.get(group)?.history.state.limits.get(device)?.lastSeq ?? Infinity,
    wasAdmitted: (group, device) => known.get(group)?.history.wasAdmitted(device) ?? false,
    accountOf(group, device) {
      const state = known.get(group)?.history.state
      return state?.accounts.get(device) ?? state?.departed.get(device)
    },
    devices: group => [...(member(group)?.history.state.accounts.keys() ?? [])],
    epoch: group => ever(group).history.state.epoch,
    epochs: group => [...(known.get(group)?.keys.keys() ?? [])],
    key: (group, epoch) => known.get(group)?.keys.get(epoch),
    heads: group =>
      ever(group)
        .history.heads()
        .map(id => Buffer.from(id, 'hex')),
    since: (group, heads) =>
      ever(group)
        .history.since(heads.map(id => Buffer.from(id).toString('hex')))
        .map(({ bytes }) => bytes),
    holds: (group, ids) => ids.every(id => ever(group).history.has(Buffer.from(id).toString('hex'))),
    receive(group, operations, { mostEffort = Infinity } = {}) {
      const found = ever(group)
      const before = found.history.size
      let outcome: ReturnType<typeof takeIn> = { looked: 0, refused: undefined }
      commit(found, () => {
        outcome = takeIn(found, operations, mostEffort)
      })
      if (found.history.size > before) changed(group)
      if (outcome.refused !== undefined) throw outcome.refused
      return outcome.looked
    },
    onChange,

    state: group => member(group)?.history.state,
    history: group => ever(group).history,
    joinedAt: group => joined(group).joinedAt,
    create({ name, kind }) {
      const { certificate, name: owner } = identity
      const joinedAt = clock.now()
      const key = Uint8Array.from(randomBytes(EPOCH_KEY_BYTES))
      const action: Action = { type: 'create', name, kind, owner, certificate, keyCheck: keyCheck(key) }
      const operation = signOperation({ group: undefined, parents: [], time: joinedAt, action }, identity.deviceKey)
      const { group, id, bytes } = operation
      database.transaction(() => {
        store.saveGroup(group, joinedAt)
        store.saveOperation(group, id, bytes)
        store.saveKey(group, 0, key)
      })
      known.set(group, {
        history: history([operation]),
        joinedAt,
        keys: new Map([[0, key]]),
        links: new Map(),
        aside: createAside()
      })
      changed(group)
      return group
    },
    act(group, action, { link } = {}) {
      const found = joined(group)
      let operation: Operation | undefined
      commit(found, () => {
        operation = carryOut(found, action)
        if (link !== undefined && action.type === 'invite') store.saveLink(group, action.key, link)
        if (isMember(found) && mustRotate(found)) beginEpoch(found)
      })
      if (link !== undefined && action.type === 'invite') found.links.set(action.key, link)
      changed(group)
      if (!operation) throw coreError('FORBIDDEN', 'nothing was done')
      return operation
    },
    rotate(group) {
      const found = joined(group)
      commit(found, () => beginEpoch(found))
      changed(group)
    },
    mustRotate(group) {
      const found = member(group)
      return found !== undefined && mustRotate(found)
    },
    links: group => joined(group).links,
    adopt(merged, sealed) {
      const { group } = merged
      const before = known.get(group)
      // Ours, checked when they came.
      for (const operation of before?.history.all() ?? []) merged.add(operation)
      const { state } = merged
      const role = roleIn(state, identity.device)
      if (!role || !isSelfIn(state))
        throw coreError('BAD_OPERATION', 'operations that do not make this device a member as who it is')
      const opened = new Map<number, Uint8Array>()
      for (const one of sealed) {
        const check = state.epochs.get(one.epoch)?.keyCheck
        const key = check && openEpochKey(identity, group, one, check)
        if (key) opened.set(one.epoch, key)
      }
      const place = { identity, group, state, operation: merged.get }
      const ours = before?.keys ?? new Map<number, Uint8Array>()
      const keys = new Map([...unwrapAll(opened, place, ours), ...keysIn(merged.all(), place, ours), ...ours])
      if (role !== 'relay' && !keys.has(state.epoch))
        throw coreError('BAD_OPERATION', "the group's key is missing or false")
      const joinedAt = before?.joinedAt ?? clock.now()
      database.transaction(() => {
        store.saveGroup(group, joinedAt)
        for (const { id, bytes } of merged.all()) store.saveOperation(group, id, bytes)
        for (const [epoch, key] of keys) store.saveKey(group, epoch, key)
      })
      const { links, aside } = before ?? { links: new Map<string, string>(), aside: createAside() }
      known.set(group, { history: merged, joinedAt, keys, links, aside })
      changed(group)
    },
    keysFor(group, device) {
      const { history, keys } = joined(group)
      const { epoch: present, policy } = history.state
      if (!isAtLeast(roleIn(history.state, device.device), 'reader')) return []
      const mayReadPast = policy.history || device.account === identity.account
      return [...keys]
        .filter(([epoch]) => mayReadPast || epoch === present)
        .sort(([a], [b]) => (a === present ? -1 : b === present ? 1 : b - a))
        .slice(0, WELCOME_KEYS)
        .map(([epoch, key]) => sealEpochKey(device, group, epoch, key))
    }
  }
}

/** Operations of our own store: checked when they were put there. */
function stored(group: GroupId, operations: readonly Uint8Array[]): History {
  const found = readingAs('STORE_CORRUPT', 'an undamaged group: restore the folder from a backup', () =>
    history(operations.map(bytes => readOperation(bytes, { verify: false })))
  )
  if (found.group === group && found.size === operations.length) return found
  throw coreError('STORE_CORRUPT', 'operations of a group are missing: restore the folder from a backup')
}
