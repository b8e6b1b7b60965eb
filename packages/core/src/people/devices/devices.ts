import { readBytes, readMap, readName } from '../../canonical.ts'
import type { Clock } from '../../clock.ts'
import { coreError, hasCode } from '../../errors.ts'
import { compareOrder } from '../../log/entry.ts'
import type { Order } from '../../log/entry.ts'
import type { RecordKind } from '../../log/kind.ts'
import type { Action } from '../../groups/action.ts'
import type { Membership } from '../../groups/membership.ts'
import type { Certificate } from '../../identity/certificate.ts'
import { localName } from '../../identity/identity.ts'
import type { Identity } from '../../identity/identity.ts'
import { peerIdOf, peerKey } from '../../ids.ts'
import type { GroupId, PeerId } from '../../ids.ts'
import { listeners } from '../../listeners.ts'
import type { Log } from '../../log/log.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Database } from '../../store/store.ts'
import type { Home } from '../home.ts'
import { ownRecords } from '../own-records.ts'
import type { OwnRecordsDeps } from '../own-records.ts'

/** Part of the core's database. */
export const DEVICES_SCHEMA = `
  CREATE TABLE device_seen (device TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID; -- own devices
`

/** One of this person's devices. */
export interface Device {
  device: PeerId
  /** What this person calls it, else what it called itself when it was certified; 1 to 64 characters. */
  label: string
  /** ms since 1970, by the clock of who certified it. */
  certifiedAt: number
  isThis: boolean
  online: boolean
  /** When it was connected to this one last, ms since 1970; undefined when it never was. Now, while it is online. */
  lastSeenAt: number | undefined
  /** Groups of this device that it is in, too. */
  groups: number
  /** In how many groups, that of this person's devices included, it wrote two histories: what it writes there counts no more. */
  stoppedIn: number
}

/** What became of locking a device out. */
export interface Revocation {
  /** How many groups it was locked out of, the one of this person's devices included. */
  groups: number
  /** Where it was not: it is still in there. */
  failed: { group: GroupId; name: string; reason: string }[]
}

export interface Devices {
  /** Those at home or in any group; this one first, then by name. */
  list(): Device[]
  /** Names a device, for this person's devices only. Throws DEVICE_UNKNOWN, TypeError, DISK_FULL. */
  rename(device: PeerId, label: string): Promise<void>
  /**
   * Locks a device out of everything, and whoever took the account's key from it: only devices of this person let further
   * ones in from now on. Throws DEVICE_UNKNOWN; FORBIDDEN for this device.
   */
  revoke(device: PeerId): Promise<Revocation>
  /** The list changed. Returns its undo. */
  onChange(listener: () => void): () => void
  stop(): void
}

export interface DevicesDeps extends OwnRecordsDeps {
  identity: Pick<Identity, 'account' | 'certificate' | 'device'>
  membership: Membership
  home: Home
  log: Pick<Log, 'isStopped' | 'onStopped' | 'page' | 'vector'>
  peers: Pick<Peers, 'get' | 'onChange'>
  database: Database
  clock: Clock
}

const LABEL_KIND: RecordKind<{ device: Uint8Array; label: string }> = {
  name: 'core/device-label',
  role: 'writer',
  maxBytes: 512,
  parse(value) {
    const { device, label } = readMap(value, 'device', 'label')
    return { device: readBytes(device, 32), label: readName(label) }
  },
  key: ({ device }) => peerIdOf(device)
}

export function createDevices(deps: DevicesDeps): Devices {
  const { clock, database, home, identity, log, logger, membership, peers } = deps
  const { on: onChange, tell: changed } = listeners()
  const labels = new Map<PeerId, { label: string; order: Order }>()
  const records = ownRecords(LABEL_KIND, deps, ({ data, order }) => {
    const device = peerIdOf(data.device)
    const before = labels.get(device)
    if (before && compareOrder(order, before.order) <= 0) return
    labels.set(device, { label: data.label, order })
    changed()
  })

  const own = (): Map<PeerId, Certificate> => {
    const found = new Map(home.devices().map(certificate => [certificate.device, certificate]))
    for (const group of membership.groups()) {
      const devices = membership.state(group)?.members.get(identity.account)?.devices ?? []
      for (const [device, certificate] of devices) found.set(device, certificate)
    }
    return found
  }
  const known = (device: PeerId): Certificate => {
    const certificate = own().get(device)
    if (!certificate) throw coreError('DEVICE_UNKNOWN', 'this person has no such device')
    return certificate
  }
  const seenAt = (device: PeerId): number | undefined => {
    const row = database.prepare('SELECT at FROM device_seen WHERE device = ?').get(device)
    return row && Number(row.at)
  }
  const isOnline = (device: PeerId): boolean => device === identity.device || peers.get(device) !== undefined
  const describe = (certificate: Certificate): Device => {
    const { device, issuedAt, label } = certificate
    const online = isOnline(device)
    const shared = membership.groups().filter(group => !membership.isHome(group) && membership.roleOf(group, device))
    return {
      device,
      label: labels.get(device)?.label ?? label,
      certifiedAt: issuedAt,
      isThis: device === identity.device,
      online,
      lastSeenAt: online ? clock.now() : seenAt(device),
      groups: shared.length,
      stoppedIn: membership.groups().filter(group => membership.roleOf(group, device) && log.isStopped(group, device))
        .length
    }
  }

  const lockOut = (group: GroupId, device: PeerId): void => {
    const state = membership.state(group)
    const seen = log.vector(group).get(device) ?? 0
    const action: Action = state?.accounts.has(device) ? { type: 'revokeDevice', device, seen } : { type: 'guard' }
    if (action.type === 'revokeDevice' || !state?.guarded.has(identity.account)) membership.act(group, action)
  }

  let told = nameOf(own().keys())
  const undos = [
    peers.onChange((event, device) => {
      if (peers.get(device)?.account !== identity.account && !own().has(device)) return
      try {
        database.prepare('INSERT OR REPLACE INTO device_seen VALUES (?, ?)').run(device, clock.now())
      } catch (error) {
        logger.warn('when a device was seen is not noted', { device, event, error: String(error) })
      }
      changed()
    }),
    log.onStopped(changed),
    membership.onChange(() => {
      const now = nameOf(own().keys())
      if (now === told) return
      told = now
      changed()
    })
  ]

  return {
    list: () =>
      [...own().values()]
        .map(describe)
        .sort((a, b) => Number(b.isThis) - Number(a.isThis) || a.label.localeCompare(b.label)),
    async rename(device, label) {
      known(device)
      await records.append({ device: peerKey(device), label: localName(label) })
    },
    async revoke(device) {
      known(device)
      if (device === identity.device)
        throw coreError('FORBIDDEN', 'this device does not lock itself out: do it on another one')
      const first = home.open()
      const failed: Revocation['failed'] = []
      let groups = 0
      for (const group of [first, ...membership.groups().filter(one => one !== first)]) {
        const isIn = membership.state(group)?.accounts.has(device) ?? false
        try {
          lockOut(group, device)
          if (isIn) groups++
        } catch (error) {
          if (!hasCode(error, 'FORBIDDEN')) throw error
          const { name } = membership.history(group).state
          if (isIn) failed.push({ group, name, reason: error.message })
          logger.warn('a device was not locked out of a group', { group, device, reason: error.message })
        }
      }
      return { groups, failed }
    },
    onChange,
    stop() {
      for (const undo of undos) undo()
    }
  }
}

/** Of a set of devices. */
function nameOf(devices: Iterable<PeerId>): string {
  return [...devices].sort().join()
}
