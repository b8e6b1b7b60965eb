import { readBytes, readMap } from '../../canonical.ts'
import { hasCode } from '../../errors.ts'
import { compareOrder } from '../../log/entry.ts'
import type { Order } from '../../log/entry.ts'
import type { RecordKind } from '../../log/kind.ts'
import { lostGroup } from '../../groups/lost.ts'
import type { Membership } from '../../groups/membership.ts'
import { whomToAsk } from '../../groups/whom-to-ask.ts'
import type { WhomToAskDeps } from '../../groups/whom-to-ask.ts'
import type { Certificate } from '../../identity/certificate.ts'
import type { Identity } from '../../identity/identity.ts'
import { hashId, hashOf } from '../../ids.ts'
import type { GroupId, PeerId } from '../../ids.ts'
import type { Home } from '../home.ts'
import { ownRecords } from '../own-records.ts'
import type { OwnRecordsDeps } from '../own-records.ts'
import type { Homecoming } from './homecoming.ts'
import { encodePlace, readPlace } from './place.ts'
import type { Place } from './place.ts'

/** What each device leaves to those of its person that stand before it, so that not all of them do the same, ms. */
const TURN_MS = 5_000

/** A group that the person is in, or (no `place`) is not any more. The latest says how it is. */
interface Membering {
  group: GroupId
  place: Place | undefined
}

const GROUP_KIND: RecordKind<object> = {
  name: 'core/group',
  role: 'writer',
  maxBytes: 4_096,
  parse(value) {
    readMembering(value)
    return value as object
  },
  key: value => readMembering(value).group
}

export interface TogetherDeps extends WhomToAskDeps, OwnRecordsDeps {
  identity: Pick<Identity, 'account' | 'device'>
  membership: Membership
  home: Home
  homecoming: Pick<Homecoming, 'add' | 'remove'>
}

/** Keeps all devices of this person in the same groups. */
export interface Together {
  /** Lets a device in wherever this one is; returns the groups that did not permit it. Throws DISK_FULL. */
  addEverywhere(certificate: Certificate): GroupId[]
  stop(): void
}

/**
 * Writes down at home which groups this person is in, lets the devices that are at home into each of them, and has this
 * one come into those it is not in.
 */
export function keepTogether(deps: TogetherDeps): Together {
  const { clock, home, homecoming, identity, logger, membership, signal } = deps
  const known = new Map<GroupId, { place: Place | undefined; order: Order }>()
  const waiting = new Map<GroupId, () => void>()
  /** What is being written and was not taken in yet. */
  const writing = new Set<GroupId>()
  let isRunning = false

  const records = ownRecords(GROUP_KIND, deps, ({ data, order }) => {
    const { group, place } = readMembering(data)
    const before = known.get(group)
    if (before && compareOrder(order, before.order) <= 0) return
    known.set(group, { place, order })
    writing.delete(group)
    if (!isRunning) return
    if (place) goWhereThePersonIs(group)
    else homecoming.remove(group)
  })

  const tell = (group: GroupId, place: Place | undefined): void => {
    if (writing.has(group)) return
    writing.add(group)
    records.append(encodeMembering({ group, place })).catch((error: unknown) => {
      writing.delete(group)
      // Another device may say it, and this one says it after a restart.
      if (!signal.aborted) logger.warn('other devices were not told of a group', { group, error: String(error) })
    })
  }
  const isGone = (group: GroupId): boolean => !membership.history(group).state.members.has(identity.account)
  const add = (group: GroupId, certificate: Certificate): boolean => {
    try {
      membership.act(group, { type: 'addDevice', certificate })
      return true
    } catch (error) {
      if (!hasCode(error, 'FORBIDDEN')) throw error
      logger.warn('a device was not let into a group', { group, device: certificate.device, error: error.message })
      return false
    }
  }

  /** This person's devices at home that the group lacks, but those that were locked out of it. */
  const missing = (group: GroupId): Certificate[] => {
    const state = membership.state(group)
    if (!state) return []
    const isOut = (device: PeerId): boolean => state.guarded.has(identity.account) && state.departed.has(device)
    return home.devices().filter(({ device }) => !state.accounts.has(device) && !isOut(device))
  }
  const settle = (group: GroupId): void => {
    waiting.get(group)?.()
    waiting.delete(group)
    for (const certificate of missing(group)) add(group, certificate)
    if (membership.isHome(group)) return
    const { name } = membership.history(group).state
    if (!known.get(group)?.place) tell(group, { group, name, peers: whomToAsk(group, deps) })
  }
  /** At once when this is the person's first device there, else when those before it did not. */
  const settleInTurn = (group: GroupId): void => {
    const state = membership.state(group)
    const needed = missing(group).length > 0 || (!membership.isHome(group) && !known.get(group)?.place)
    if (!state || !needed || waiting.has(group)) return
    const own = [...(state.members.get(identity.account)?.devices.keys() ?? [])].sort()
    const cancel = clock.after(own.indexOf(identity.device) * TURN_MS, () => attempt(() => settle(group), group))
    waiting.set(group, cancel)
  }
  const goWhereThePersonIs = (group: GroupId): void => {
    const told = known.get(group)
    if (!told?.place || membership.state(group)) return
    if (!membership.lost().includes(group)) return homecoming.add(told.place)
    // Locked out of it, this device alone.
    if (!isGone(group)) return
    const { at = Infinity } = lostGroup(group, membership.history(group), identity)
    if (told.order.ms > at) homecoming.add(told.place)
    else tell(group, undefined)
  }

  const attempt = (work: () => void, group: GroupId): void => {
    try {
      work()
    } catch (error) {
      // A full disk; the next change or start looks again.
      logger.error('devices are not in the same groups yet', { group, error: String(error) })
    }
  }
  /** Who locked a device out keeps out, everywhere, whoever took the account's key from it. */
  const guard = (group: GroupId): void => {
    const isGuarded = (one: GroupId): boolean => membership.state(one)?.guarded.has(identity.account) ?? false
    const isNeeded = membership.groups().some(one => membership.isHome(one) && isGuarded(one))
    if (isNeeded && membership.state(group) && !isGuarded(group)) membership.act(group, { type: 'guard' })
  }
  const look = (group: GroupId): void => {
    if (home.group === undefined) return
    attempt(() => guard(group), group)
    attempt(() => (membership.state(group) ? settleInTurn(group) : goWhereThePersonIs(group)), group)
  }
  const lookAtAll = (): void => {
    for (const group of new Set([...membership.groups(), ...known.keys()])) look(group)
  }

  const undos = [home.onChange(lookAtAll), membership.onChange(look)]
  isRunning = true
  lookAtAll()
  return {
    addEverywhere(certificate) {
      const group = home.open()
      const groups = [group, ...membership.groups().filter(one => one !== group)]
      return groups.filter(one => !membership.state(one)?.accounts.has(certificate.device) && !add(one, certificate))
    },
    stop() {
      for (const undo of undos) undo()
      for (const cancel of waiting.values()) cancel()
    }
  }
}

function encodeMembering({ group, place }: Membering): object {
  return { group: hashOf(group), place: place ? encodePlace(place) : null }
}

/** Throws BAD_MESSAGE. */
function readMembering(value: unknown): Membering {
  const { group, place } = readMap(value, 'group', 'place')
  return { group: hashId<GroupId>(readBytes(group, 32)), place: place === null ? undefined : readPlace(place) }
}
