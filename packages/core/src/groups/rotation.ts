import { randomBytes } from 'node:crypto'
import type { Identity } from '../identity/identity.ts'
import type { GroupId, OperationId } from '../ids.ts'
import { MAX_KEYS, MAX_WRAPPED } from './action.ts'
import type { Action } from './action.ts'
import {
  EPOCH_KEY_BYTES,
  epochOf,
  keyCheck,
  openEpochKey,
  sealEpochKey,
  unwrapEpochKey,
  wrapEpochKey
} from './epoch-key.ts'
import type { DeviceKey } from './epoch-key.ts'
import type { Operation } from './operation.ts'
import type { GroupState } from './state.ts'

/** Epoch → key. */
export type Keys = ReadonlyMap<number, Uint8Array>

/** A new epoch: its key, and the actions that begin it, one after the other. */
export interface Rotation {
  epoch: number
  key: Uint8Array
  actions: Action[]
}

/**
 * Makes a key for all devices that may read, and wraps under it the keys of `keys` that no other epoch wraps, when
 * newcomers may read the past.
 */
export function rotation(group: GroupId, state: GroupState, keys: Keys): Rotation {
  const key = Uint8Array.from(randomBytes(EPOCH_KEY_BYTES))
  const check = keyCheck(key)
  const epoch = epochOf(state.generation + 1, check)
  const sealed: DeviceKey[] = []
  for (const { role, devices } of state.members.values()) {
    if (role === 'relay') continue
    for (const [device, certificate] of devices)
      sealed.push({ device, sealed: sealEpochKey(certificate, group, epoch, key).sealed })
  }
  const wrapped = unwrapped(state, keys).map(([earlier, one]) =>
    wrapEpochKey({ group, epoch: earlier, under: epoch }, one, key)
  )
  const actions: Action[] = [{ type: 'rotateKey', epoch, keyCheck: check, wrapped, keys: sealed.slice(0, MAX_KEYS) }]
  for (let from = MAX_KEYS; from < sealed.length; from += MAX_KEYS)
    actions.push({ type: 'shareKey', epoch, keys: sealed.slice(from, from + MAX_KEYS) })
  return { epoch, key, actions }
}

/** Keys that cannot be got from a later one, newest first. */
function unwrapped({ policy, epochs }: GroupState, keys: Keys): [number, Uint8Array][] {
  if (!policy.history) return []
  const wrapped = new Set([...epochs.values()].flatMap(({ wraps }) => wraps))
  return [...keys]
    .filter(([epoch]) => !wrapped.has(epoch))
    .sort(([a], [b]) => b - a)
    .slice(0, MAX_WRAPPED)
}

/**
 * Keys that these operations hold for this device, and those that are wrapped under them: only such as the operations
 * that began their epochs name.
 */
export function keysIn(
  operations: Iterable<Operation>,
  place: { identity: Identity; group: GroupId; state: GroupState; operation(id: OperationId): Operation | undefined },
  known: Keys
): Map<number, Uint8Array> {
  const { identity, group, state } = place
  const found = new Map<number, Uint8Array>()
  for (const { action } of operations) {
    if (action.type !== 'rotateKey' && action.type !== 'shareKey') continue
    const check = state.epochs.get(action.epoch)?.keyCheck
    const own = action.keys.find(({ device }) => device === identity.device)
    if (!check || !own || known.has(action.epoch)) continue
    const key = openEpochKey(identity, group, { epoch: action.epoch, sealed: own.sealed }, check)
    if (key) found.set(action.epoch, key)
  }
  return unwrapAll(found, place, known)
}

/** These keys, and those that are wrapped under them. */
export function unwrapAll(
  found: Map<number, Uint8Array>,
  { group, state, operation }: { group: GroupId; state: GroupState; operation(id: OperationId): Operation | undefined },
  known: Keys
): Map<number, Uint8Array> {
  const all = new Map(found)
  const open = [...found]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [under, key] = next
    const began = operation(state.epochs.get(under)?.operation ?? '')
    if (began?.action.type !== 'rotateKey') continue
    for (const { epoch, wrapped } of began.action.wrapped) {
      const check = state.epochs.get(epoch)?.keyCheck
      if (!check || known.has(epoch) || all.has(epoch)) continue
      const earlier = unwrapEpochKey({ group, epoch, under }, wrapped, key, check)
      if (!earlier) continue
      all.set(epoch, earlier)
      open.push([epoch, earlier])
    }
  }
  return all
}
