import { createHash } from 'node:crypto'
import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readChoice,
  readInteger,
  readMap,
  readText
} from '../canonical.ts'
import { coreError } from '../errors.ts'
import { ROLES } from '../groups/role.ts'
import type { Role } from '../groups/role.ts'
import { hashId, peerIdOf, peerKey } from '../ids.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { Members } from '../log/members.ts'
import { memoryIdentity } from './identity.ts'

function sha256(bytes: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** The id of a made-up group; equal names give equal ids. */
export function groupId(name: string): GroupId {
  return hashId(sha256(`group ${name}`))
}

interface Row {
  device: PeerId
  account: AccountId
  role: Role | 'none'
}

/**
 * Memberships as plain lists of "this device has this role from now on", for tests of the log without groups: the same
 * port, no signatures. Every device has a list of its own, which grows by `grant` or by what others send.
 */
export interface MemberList extends Members {
  /** Adds an operation here; 'none' undoes a membership. */
  grant(group: GroupId, seed: string, role: Role | 'none'): void
  /** Gives this device a group's key; the keys of equal epochs of a group are equal. */
  giveKey(group: GroupId, epoch?: number): void
  setEpoch(group: GroupId, epoch: number): void
  /** What a device wrote after `seq` does not count, as after a removal that had not seen it; undefined: all does. */
  limit(group: GroupId, device: PeerId, seq: number | undefined): void
}

/** `owner`: the device whose list it is, which sees only groups that it is in. */
export function memberList(owner: PeerId): MemberList {
  const operations = new Map<GroupId, Uint8Array[]>()
  const keys = new Map<GroupId, Map<number, Uint8Array>>()
  const epochs = new Map<GroupId, number>()
  const limits = new Map<string, number>()
  const listeners = new Set<(group: GroupId) => void>()

  const listOf = (group: GroupId): Uint8Array[] => operations.get(group) ?? []
  const rows = (group: GroupId, count = Infinity): Map<PeerId, Row> =>
    new Map(
      listOf(group)
        .slice(0, count)
        .map(decode)
        .map(row => [row.device, row])
    )
  const roleIn = (found: ReadonlyMap<PeerId, Row>, device: PeerId): Role | undefined => {
    const role = found.get(device)?.role
    return role === 'none' ? undefined : role
  }
  const after = (group: GroupId, heads: readonly Uint8Array[]): number =>
    listOf(group).findLastIndex(bytes => heads.some(head => Buffer.from(head).equals(sha256(bytes)))) + 1
  const changed = (group: GroupId): void => {
    for (const listener of [...listeners]) listener(group)
  }
  const members: MemberList = {
    grant(group, seed, role) {
      const { device, account } = memoryIdentity(seed)
      const list = listOf(group)
      const operation = { index: list.length, device: peerKey(device), account, role }
      operations.set(group, [...list, encodeCanonical(operation)])
      changed(group)
    },
    giveKey(group, epoch = 0) {
      const own = keys.get(group) ?? new Map<number, Uint8Array>()
      keys.set(group, own.set(epoch, sha256(`key ${group} ${epoch}`)))
      changed(group)
    },
    setEpoch(group, epoch) {
      epochs.set(group, epoch)
      changed(group)
    },
    limit(group, device, seq) {
      if (seq === undefined) limits.delete(`${group} ${device}`)
      else limits.set(`${group} ${device}`, seq)
      changed(group)
    },
    groups: () => [...operations.keys()].filter(group => members.roleOf(group, owner)),
    roleOf: (group, device) => roleIn(rows(group), device),
    roleAt: (group, device, heads) => roleIn(rows(group, after(group, heads)), device),
    countsAs: (group, device, seq, role) => (seq <= members.lastSeen(group, device) ? role : undefined),
    lastSeen: (group, device) => limits.get(`${group} ${device}`) ?? Infinity,
    wasAdmitted: (group, device) => rows(group).has(device),
    accountOf: (group, device) => rows(group).get(device)?.account,
    devices: group => [...rows(group).keys()],
    epoch: group => epochs.get(group) ?? 0,
    epochs: group => [...(keys.get(group)?.keys() ?? [])],
    key: (group, epoch) => keys.get(group)?.get(epoch),
    heads: group => listOf(group).slice(-1).map(sha256),
    holds: (group, ids) => ids.every(id => listOf(group).some(bytes => Buffer.from(id).equals(sha256(bytes)))),
    since: (group, heads) => listOf(group).slice(after(group, heads)),
    receive(group, received) {
      const list = [...listOf(group)]
      for (const bytes of received) {
        const { index } = decode(bytes)
        if (index > list.length) throw coreError('BAD_OPERATION', 'an operation is missing')
        if (index === list.length) list.push(bytes)
        else if (!Buffer.from(bytes).equals(list[index] ?? Buffer.of()))
          throw coreError('BAD_OPERATION', 'another history')
      }
      if (list.length === listOf(group).length) return received.length
      operations.set(group, list)
      changed(group)
      return received.length
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  return members
}

function decode(bytes: Uint8Array): Row & { index: number } {
  try {
    const fields = readMap(decodeCanonical(bytes), 'index', 'device', 'account', 'role')
    return {
      index: readInteger(fields.index, 0),
      device: peerIdOf(readBytes(fields.device, 32)),
      account: readText(fields.account, 64) as AccountId,
      role: readChoice(fields.role, ...ROLES, 'none')
    }
  } catch (cause) {
    throw coreError('BAD_OPERATION', 'not an operation', cause)
  }
}
