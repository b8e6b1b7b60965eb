import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { isAtLeast } from '../groups/role.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import { deviceStopped } from '../log/device-stopped.ts'
import type { Log } from '../log/log.ts'
import type { Members } from '../log/members.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../store/store.ts'
import { parseAddress } from '../transport/address.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { foundNames } from './found-names.ts'
import { MAX_GLOBAL_LIFETIME_MS, globalNames } from './global-names.ts'
import { groupNames } from './group-names.ts'
import { linkNames } from './link-names.ts'
import { checkLabel } from './name.ts'
import type { NameDetails, NamePlace, Names } from './names.ts'
import { ownNames } from './own-names.ts'
import {
  MAX_ADDRESS,
  MAX_ADDRESSES,
  MAX_COMMENT,
  MAX_DATA_BYTES,
  MAX_LIFETIME_MS,
  MIN_LIFETIME_MS,
  isGroup
} from './record.ts'
import type { Place } from './record.ts'
import { openRegistrations } from './registrations.ts'
import type { StoredName } from './registrations.ts'
import { resolveWith } from './resolving.ts'

const HOUR_MS = 3_600_000
/** Each name costs everybody something. */
const MAX_NAMES = 256

export interface NodeNames extends Names {
  stop(): void
}

/** The names of a node: its own, and finding those of others. */
export function createNames(options: {
  identity: Identity
  database: Database
  network: Network
  streams: Streams
  log: Pick<Log, 'append' | 'define' | 'entry' | 'follow' | 'isStopped'>
  members: Members
  clock: Clock
  logger: Logger
}): NodeNames {
  const { identity, database, network, streams, log, members, clock, logger } = options
  const { on: onChange, tell } = listeners<[label: string]>(error =>
    logger.error('a listener of names failed', { error: String(error) })
  )
  const global = globalNames(network.dht)
  const inGroups = groupNames({ log, members, clock, logger })
  const own = ownNames({
    identity,
    registrations: openRegistrations(database),
    addresses: () => network.addresses(),
    async publish(signed, signal) {
      if (signed.place === 'global') return await global.publish(signed, signal)
      if (isGroup(signed.place)) await inGroups.publish(signed, signed.place)
      return undefined
    },
    exists: place => !isGroup(place) || members.groups().includes(place),
    onChange: tell,
    clock,
    logger
  })
  const near = linkNames({
    network,
    streams,
    said: ({ account, label }) => (account === identity.account ? own.said(label) : []),
    clock,
    logger
  })
  const resolve = resolveWith(
    {
      here(name, scope, group) {
        const said = name.account === identity.account ? own.said(name.label) : []
        const others = scope === undefined || scope === 'group' ? inGroups.find(name, group) : []
        const wanted = said.filter(({ record, place }) => (group ? place === group : !scope || record.scope === scope))
        return [...wanted, ...others]
      },
      elsewhere: [
        { scope: 'link', find: near.find },
        { scope: 'global', find: global.find }
      ],
      distance: (record, mayDial, signal) => near.distance(record, mayDial ? record.addresses : [], signal)
    },
    foundNames(clock),
    { clock, self: identity.device }
  )

  const epochs = new Map(members.groups().map(group => [group, members.epoch(group)]))
  const undos = [
    network.onAddresses(() => own.renew()),
    // Whoever comes may be the first to take a name.
    network.onPeer(event => {
      const waits = own.list().some(({ scope, holders }) => scope === 'global' && holders === 0)
      if (event === 'connect' && waits) own.renew('global')
    }),
    // Who has come may read only what is written under the new key.
    members.onChange(group => {
      if (epochs.get(group) === members.epoch(group)) return
      epochs.set(group, members.epoch(group))
      own.renew(group)
    })
  ]

  const checkMayWrite = (group: GroupId): void => {
    if (!members.groups().includes(group)) throw coreError('GROUP_UNKNOWN', 'this device is no member of the group')
    if (!isAtLeast(members.roleOf(group, identity.device), 'writer'))
      throw coreError('FORBIDDEN', 'a name in a group takes a writer')
    if (log.isStopped(group, identity.device)) throw deviceStopped()
  }
  const registered = (label: string, options: NamePlace): StoredName => {
    const stored = own.get(checkLabel(label), placeOf(options))
    if (stored && !stored.withdrawn) return stored
    throw coreError('NAME_UNKNOWN', `this device has no name ${JSON.stringify(label)} there`)
  }
  const register: Names['register'] = async (label, options) => {
    const place = placeOf(options)
    const before = own.get(checkLabel(label), place)
    if (isGroup(place)) checkMayWrite(place)
    if ((!before || before.withdrawn) && own.list().length >= MAX_NAMES)
      throw coreError('TOO_MANY_NAMES', `a device has at most ${MAX_NAMES} names: withdraw one first`)
    const registration = own.set({ label, place, ...checked(options, place), withdrawn: false })
    tell(label)
    return registration
  }

  return {
    register,
    async update(label, options) {
      const { comment, data, addresses, lifetimeMs } = registered(label, options)
      return await register(label, { comment, data, lifetimeMs, ...(addresses && { addresses }), ...options })
    },
    async withdraw(label, options) {
      const { sequence: _sequence, expiresAt: _expiresAt, ...stored } = registered(label, options)
      own.set({ ...stored, comment: '', data: new Uint8Array(), withdrawn: true })
      tell(label)
    },
    registered: () => own.list(),
    resolve,
    directory: () => network.dht.status(),
    onChange,
    stop() {
      for (const undo of undos) undo()
      near.stop()
      own.stop()
      inGroups.stop()
      global.stop()
    }
  }
}

const DEFAULT_LIFETIME_MS = { link: HOUR_MS, global: 24 * HOUR_MS, group: MAX_LIFETIME_MS }

/** Throws TypeError. */
function placeOf({ scope, group }: NamePlace): Place {
  if ((scope === 'group') !== (group !== undefined))
    throw new TypeError('a group goes with the scope group, and only there')
  return group ?? (scope === 'link' ? 'link' : 'global')
}

/** What a name says, within its bounds. Throws BAD_ADDRESS, TOO_LARGE, TypeError. */
function checked(
  options: NamePlace & NameDetails,
  place: Place
): Pick<StoredName, 'comment' | 'data' | 'addresses' | 'lifetimeMs'> {
  const { comment = '', data = new Uint8Array(), addresses, lifetimeMs = DEFAULT_LIFETIME_MS[options.scope] } = options
  const longestMs = place === 'global' ? MAX_GLOBAL_LIFETIME_MS : MAX_LIFETIME_MS
  if (data.length > MAX_DATA_BYTES)
    throw coreError('TOO_LARGE', `the data of a name has at most ${MAX_DATA_BYTES} bytes`)
  if (comment.length > MAX_COMMENT) throw coreError('TOO_LARGE', `a comment has at most ${MAX_COMMENT} characters`)
  if (addresses && (addresses.length > MAX_ADDRESSES || addresses.some(({ length }) => length > MAX_ADDRESS)))
    throw coreError('TOO_LARGE', `a name has at most ${MAX_ADDRESSES} addresses of ${MAX_ADDRESS} characters`)
  for (const address of addresses ?? []) parseAddress(address)
  if (!Number.isSafeInteger(lifetimeMs) || lifetimeMs < MIN_LIFETIME_MS || lifetimeMs > longestMs)
    throw new TypeError(`lifetimeMs is ${MIN_LIFETIME_MS} to ${longestMs}`)
  return { comment, data: data.slice(), addresses, lifetimeMs }
}
