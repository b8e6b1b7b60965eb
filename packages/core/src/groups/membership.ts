import { randomBytes } from 'node:crypto'
import { readingAs } from '../canonical.ts'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Members } from '../log/members.ts'
import type { Database } from '../store/store.ts'
import { EPOCH_KEY_BYTES, keyCheck, openEpochKey, sealEpochKey } from './epoch-key.ts'
import type { SealedKey } from './epoch-key.ts'
import type { GroupKind, Role } from './group.ts'
import { groupStore } from './group-store.ts'
import { history } from './history.ts'
import type { History } from './history.ts'
import { readOperation, signOperation } from './operation.ts'
import type { Action, Operation } from './operation.ts'
import type { GroupState } from './resolve.ts'
import { refusal } from './resolve.ts'

/** The memberships of this device: who is in which group, by which operations, under which keys. All of it on disk. */
export interface Membership extends Members {
  /** Undefined when this device is no member. */
  state(group: GroupId): GroupState | undefined
  /** When this device created or joined the group, ms since 1970. */
  joinedAt(group: GroupId): number
  /** Founds a group; committed when it returns. */
  create(options: { name: string; kind: GroupKind }): GroupId
  /**
   * Carries out an action of this device; committed when it returns. Throws FORBIDDEN, saying why, when the group's
   * state does not permit it. `link`: of an invitation that was made here.
   */
  act(group: GroupId, action: Action, options?: { link?: string }): void
  /** Links of the invitations made on this device, by the invitation's key. */
  links(group: GroupId): ReadonlyMap<string, string>
  /**
   * Takes a group over from who admitted us: checks all operations, opens the keys, and commits everything in one step.
   * Throws BAD_OPERATION when they do not make this device a member, or do not come with the group's key.
   */
  adopt(group: GroupId, operations: readonly Operation[], keys: readonly SealedKey[]): void
  /** The group's keys, sealed for one of its members' devices. */
  keysFor(group: GroupId, device: Certificate): SealedKey[]
}

interface Known {
  history: History
  joinedAt: number
  keys: Map<number, Uint8Array>
  links: Map<string, string>
}

/** Opens the memberships of this device. Throws STORE_CORRUPT. */
export function membership(deps: { identity: Identity; database: Database; clock: Clock }): Membership {
  const { identity, database, clock } = deps
  const store = groupStore(database)
  const listeners = new Set<(group: GroupId) => void>()
  const known = new Map<GroupId, Known>()
  for (const { id, operations, ...rest } of store.load()) known.set(id, { ...rest, history: stored(id, operations) })

  const changed = (group: GroupId): void => {
    for (const listener of listeners) listener(group)
  }
  const member = (group: GroupId): Known | undefined => {
    const found = known.get(group)
    return found?.history.state.accounts.has(identity.device) ? found : undefined
  }
  const joined = (group: GroupId): Known => {
    const found = member(group)
    if (!found) throw coreError('GROUP_UNKNOWN', 'this device is no member of the group')
    return found
  }
  /** Also of a group that this device is no longer a member of: what follows may make it one again. */
  const historyOf = (group: GroupId): History => {
    const found = known.get(group)
    if (!found) throw coreError('GROUP_UNKNOWN', 'this device was never a member of the group')
    return found.history
  }

  /** Stores operations up to the first bad one, and returns what is wrong with that. */
  const takeIn = (into: History, operations: readonly Uint8Array[]): unknown => {
    for (const bytes of operations) {
      let operation: Operation
      try {
        operation = readOperation(bytes)
        if (into.has(operation.id)) continue
        into.check(operation)
      } catch (error) {
        return error
      }
      store.saveOperation(into.group, operation.id, bytes)
      into.add(operation)
    }
    return undefined
  }

  return {
    groups: () => [...known.keys()].filter(group => member(group)),
    roleOf(group, device) {
      const state = member(group)?.history.state
      return state && roleIn(state, device)
    },
    roleAt(group, device, operations) {
      const state = member(group)?.history.stateAt(operations.map(id => Buffer.from(id).toString('hex')))
      return state && roleIn(state, device)
    },
    wasAdmitted: (group, device) => known.get(group)?.history.wasAdmitted(device) ?? false,
    accountOf: (group, device) => member(group)?.history.state.accounts.get(device),
    devices: group => [...(member(group)?.history.state.accounts.keys() ?? [])],
    epoch: group => historyOf(group).state.epoch,
    key: (group, epoch) => known.get(group)?.keys.get(epoch),
    heads: group =>
      historyOf(group)
        .heads()
        .map(id => Buffer.from(id, 'hex')),
    since: (group, heads) =>
      historyOf(group)
        .since(heads.map(id => Buffer.from(id).toString('hex')))
        .map(({ bytes }) => bytes),
    receive(group, operations) {
      const before = [...historyOf(group).all()]
      let refused: unknown
      try {
        database.transaction(() => {
          refused = takeIn(historyOf(group), operations)
        })
      } catch (failure) {
        // Memory never holds what the disk does not.
        const found = known.get(group)
        if (found) found.history = history(before)
        throw failure
      }
      if (historyOf(group).size > before.length) changed(group)
      if (refused !== undefined) throw refused
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },

    state: group => member(group)?.history.state,
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
      known.set(group, { history: history([operation]), joinedAt, keys: new Map([[0, key]]), links: new Map() })
      changed(group)
      return group
    },
    act(group, action, { link } = {}) {
      const { history, links } = joined(group)
      const content = { group, parents: history.parents(), time: clock.now(), action }
      const operation = signOperation(content, identity.deviceKey)
      const reason = refusal(history.state, operation)
      if (reason !== undefined) throw coreError('FORBIDDEN', reason)
      history.check(operation)
      database.transaction(() => {
        store.saveOperation(group, operation.id, operation.bytes)
        if (link !== undefined && action.type === 'invite') store.saveLink(group, action.key, link)
      })
      history.add(operation)
      if (link !== undefined && action.type === 'invite') links.set(action.key, link)
      changed(group)
    },
    links: group => joined(group).links,
    adopt(group, operations, sealed) {
      const checks = merge(group, [], operations).state.keyChecks
      const opened = new Map<number, Uint8Array>()
      for (const one of sealed) {
        const check = checks.get(one.epoch)
        const key = check && openEpochKey(identity, group, one, check)
        if (key) opened.set(one.epoch, key)
      }
      const before = known.get(group)
      const merged = merge(group, [...(before?.history.all() ?? [])], operations)
      if (!merged.state.accounts.has(identity.device))
        throw coreError('BAD_OPERATION', 'operations that do not make this device a member')
      const keys = new Map([...opened, ...(before?.keys ?? [])])
      if (!keys.has(merged.state.epoch)) throw coreError('BAD_OPERATION', "the group's key is missing or false")
      const joinedAt = before?.joinedAt ?? clock.now()
      database.transaction(() => {
        store.saveGroup(group, joinedAt)
        for (const { id, bytes } of merged.all()) store.saveOperation(group, id, bytes)
        for (const [epoch, key] of keys) store.saveKey(group, epoch, key)
      })
      known.set(group, { history: merged, joinedAt, keys, links: before?.links ?? new Map() })
      changed(group)
    },
    keysFor: (group, device) => [...joined(group).keys].map(([epoch, key]) => sealEpochKey(device, group, epoch, key))
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

function roleIn({ accounts, members }: GroupState, device: PeerId): Role | undefined {
  const account = accounts.get(device)
  return account === undefined ? undefined : members.get(account)?.role
}

/** What we have of a group and what we were given, each of the latter checked against its own past. */
function merge(group: GroupId, ours: readonly Operation[], theirs: readonly Operation[]): History {
  const founding = theirs.find(({ parents }) => parents.length === 0)
  const merged = history(ours.length > 0 ? ours : founding ? [founding] : [])
  if (merged.group !== group) throw coreError('BAD_OPERATION', 'operations of another group')
  for (const operation of theirs) {
    if (merged.has(operation.id)) continue
    merged.check(operation)
    merged.add(operation)
  }
  return merged
}
