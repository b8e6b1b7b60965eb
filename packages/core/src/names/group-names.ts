import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { Entry } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { takeIn } from '../log/taking.ts'
import { readBytes } from '../canonical.ts'
import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Log } from '../log/log.ts'
import type { Members } from '../log/members.ts'
import type { Logger } from '../logger.ts'
import type { Name } from './name.ts'
import { MAX_LIFETIME_MS, MAX_RECORD_BYTES, readSignedName } from './record.ts'
import type { SignedName } from './record.ts'

/** Names of one device in a group that are remembered. */
const MAX_NAMES_PER_DEVICE = 256

/** A name in a group is a record of its log: every member has it, and any member passes it on. */
const NAME: RecordKind<Uint8Array> = {
  name: 'core/name',
  role: 'writer',
  maxBytes: MAX_RECORD_BYTES + 64,
  lifetimeMs: MAX_LIFETIME_MS,
  parse: value => readSignedName(readBytes(value, 1, MAX_RECORD_BYTES)).bytes,
  key: bytes => readSignedName(bytes).record.label
}

export interface GroupNames {
  /** Throws FORBIDDEN, DISK_FULL, STOPPED. */
  publish(signed: SignedName, group: GroupId): Promise<void>
  /** What the devices of an account say of a name, in one group or in all. */
  find(name: Name, group?: GroupId): SignedName[]
  stop(): void
}

/** The newest record of a name by a device; its bytes stay in the log. */
interface Known {
  sequence: number
  expiresAt: number
  id: RecordId
}

export function groupNames(options: {
  log: Pick<Log, 'append' | 'define' | 'entry' | 'follow'>
  members: Members
  clock: Clock
  logger: Logger
}): GroupNames {
  const { log, members, clock, logger } = options
  const known = new Map<GroupId, Map<PeerId, Map<string, Known>>>()
  const stopping = new AbortController()
  const { signal } = stopping

  const take = ({ group, account, device, id, data }: Entry<Uint8Array>): void => {
    const { record, place } = readSignedName(data)
    // A member may repeat what somebody else signed, or what was signed for another group.
    if (place !== group || record.device !== device || record.account !== account) return
    const devices = known.get(group) ?? new Map<PeerId, Map<string, Known>>()
    known.set(group, devices)
    const names = devices.get(device) ?? new Map<string, Known>()
    devices.set(device, names)
    const before = names.get(record.label)
    if (before && before.sequence >= record.sequence) return
    names.set(record.label, { sequence: record.sequence, expiresAt: record.expiresAt, id })
    for (const [label, { expiresAt }] of names) if (expiresAt <= clock.now()) names.delete(label)
    if (names.size > MAX_NAMES_PER_DEVICE) for (const first of names.keys()) if (names.delete(first)) break
  }

  const undefine = log.define(NAME)
  takeIn({ groups: log, clock, log: logger, signal }, { kinds: [NAME], place: 0, take })

  const read = (group: GroupId, id: RecordId): SignedName[] => {
    const data = log.entry(group, id)?.data
    return data instanceof Uint8Array ? [readSignedName(data)] : []
  }
  const findIn = (group: GroupId, { account, label }: Name): SignedName[] =>
    members.devices(group).flatMap(device => {
      const found = known.get(group)?.get(device)?.get(label)
      return found && members.accountOf(group, device) === account ? read(group, found.id) : []
    })

  return {
    async publish({ bytes }, group) {
      try {
        await log.append(group, NAME, bytes)
      } catch (cause) {
        if (hasCode(cause, 'FORBIDDEN')) throw coreError('FORBIDDEN', 'a name in a group takes a writer', cause)
        throw cause
      }
    },
    find: (name, group) => (group ? [group] : members.groups()).flatMap(one => findIn(one, name)),
    stop() {
      stopping.abort(new Error('the node stops'))
      undefine()
    }
  }
}
