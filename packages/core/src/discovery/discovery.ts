import type { Clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import type { Membership } from '../groups/membership.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { inTime } from '../in-time.ts'
import type { Logger } from '../logger.ts'
import type { Network } from '../transport/network.ts'
import { MEETINGS, encodeNote, inspectNote, placeAt, placesAround, readNote } from './meeting-place.ts'
import type { MeetingPlace, Note } from './meeting-place.ts'
import { meetingsOf } from './meetings.ts'
import type { Meeting } from './meetings.ts'
import { leadsFar } from './most-useful.ts'

/** How often it is looked what is due, ms: also the least time between two visits. */
export const TICK_MS = 2_000
const AT_ONCE = 2
/** Longest that one visit waits for answers, ms. */
const VISIT_MS = 30_000
/** How often a place is visited by who is connected to the group: a note is renewed, others' are read. */
const REFRESH_MS = 3_600_000
/** After the start, or a change of the key, ms. */
const SOON_MS = 60_000
/** How long the other means have before who is alone looks into the DHT, ms; the places of two come later. */
const ALONE_MS = 10_000
const ALONE_PAIR_MS = 120_000
/** Between two visits of who is alone: at first, doubled up to the longest, ms. */
const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 1_800_000
/** Devices meet with others from day to day. */
const PLAN_MS = 600_000
/** Notes that are kept in a place, as far as there is a choice: more need not come. */
const NOTES = 8

export interface DiscoveryOptions {
  identity: Pick<Identity, 'device' | 'deviceKey' | 'agree'>
  members: Pick<Membership, 'devices' | 'groups' | 'state' | 'key' | 'roleOf' | 'onChange'>
  network: Pick<Network, 'addresses' | 'connections' | 'dht' | 'onAddresses' | 'onPeer'>
  /** Devices that this one has to do with. */
  wanted(): ReadonlySet<PeerId>
  /** What a device said of itself. */
  onFound(device: PeerId, addresses: string[]): void
  clock: Clock
  /** In [0, 1). @default Math.random */
  random?: () => number
  logger: Logger
}

/** How members find each other through the DHT. */
export interface Discovery {
  status(): DiscoveryStatus
  stop(): void
}

export interface DiscoveryStatus {
  /** Places in the DHT where this device may meet others. */
  places: number
  /** Places where it left a note that lies there now. */
  notes: number
  /** Groups of which nobody is connected, though somebody should be. */
  alone: number
  /** When somebody's note was found the last time, ms since 1970. */
  foundAt: number | undefined
}

interface Visit {
  meeting: Meeting
  dueAt: number
  isAlone: boolean
  waitMs: number
  isBusy: boolean
  /** What lies there of this device: what it says, and until when it need not be renewed. */
  left: { what: string; freshUntil: number } | undefined
}

/**
 * Leaves notes of where this device is at the places where its groups meet, and looks for those of others: every hour,
 * and with a growing, jittered wait while nobody of a group is connected. Whatever is due waits its turn: a device in many
 * groups asks no more than one question in two seconds.
 */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  const { identity, members, network, wanted, onFound, clock, random = Math.random, logger } = options
  const { dht } = network
  const stopping = new AbortController()
  const visits = new Map<string, Visit>()
  /** Connected at some time since the group's key is the present one, as far as this process knows. */
  const seen = new Map<GroupId, { epoch: number; devices: Set<PeerId> }>()
  const heard = new Map<PeerId, number>()
  let isPlanned = false
  let plannedAt = 0
  let sequence = 0
  let foundAt: number | undefined

  const jittered = (ms: number): number => clock.now() + ms * (1 - random() / 2)
  const connected = (): Set<PeerId> => new Set(network.connections().map(({ peer }) => peer))
  const isAlone = (group: GroupId, present: ReadonlySet<PeerId>): boolean =>
    !present.values().some(device => members.roleOf(group, device) !== undefined)

  const markSeen = (group: GroupId, present: ReadonlySet<PeerId>): void => {
    const epoch = members.state(group)?.epoch ?? 0
    const devices = seen.get(group)?.epoch === epoch ? (seen.get(group)?.devices ?? []) : []
    // Strangers come and go for ever.
    const ours = [...present].filter(device => members.roleOf(group, device) !== undefined)
    seen.set(group, { epoch, devices: new Set([...devices, ...ours]) })
  }

  const plan = (present: ReadonlySet<PeerId>): void => {
    isPlanned = true
    plannedAt = clock.now()
    const groups = new Set(members.groups())
    for (const group of [...seen.keys()]) if (!groups.has(group)) seen.delete(group)
    for (const group of groups) markSeen(group, present)
    const alone = new Set([...groups].filter(group => isAlone(group, present)))
    const mayLackKey = (group: GroupId, device: PeerId): boolean =>
      alone.has(group) || !seen.get(group)?.devices.has(device)
    const planned = new Set<string>()
    for (const meeting of meetingsOf({ identity, members, wanted: wanted(), mayLackKey, now: clock.now() })) {
      planned.add(meeting.id)
      const known = visits.get(meeting.id)
      if (known) known.meeting = meeting
      else visits.set(meeting.id, { meeting, dueAt: jittered(SOON_MS), ...NEW })
    }
    for (const id of [...visits.keys()]) if (!planned.has(id)) visits.delete(id)
  }

  /** Whoever finds itself alone lets the other means try first. */
  const hurry = (visit: Visit, present: ReadonlySet<PeerId>): void => {
    const { groups, partner } = visit.meeting
    const alone = groups.some(group => isAlone(group, present))
    if (alone && !visit.isAlone) {
      visit.waitMs = FIRST_WAIT_MS
      visit.dueAt = Math.min(visit.dueAt, jittered(partner === undefined ? ALONE_MS : ALONE_PAIR_MS))
    }
    visit.isAlone = alone
  }

  /** What was done in time counts. Throws when the node stops. */
  const asFarAsPossible = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await inTime(work, { clock, limitMs: VISIT_MS, signal: stopping.signal })
    } catch (error) {
      stopping.signal.throwIfAborted()
      logger.debug('a meeting place was not quite visited', { error: String(error) })
    }
  }

  /** The newest note of each, as they are found. */
  const look = async (
    { meeting }: Visit,
    place: MeetingPlace,
    found: Map<PeerId, Note>,
    signal: AbortSignal
  ): Promise<void> => {
    for await (const item of dht.get(MEETINGS, place.key, { signal })) {
      const note = noteIn(place, item)
      if (!note || note.device === identity.device || !isAt(meeting, note.device)) continue
      if ((found.get(note.device)?.issuedAt ?? 0) >= note.issuedAt) continue
      found.set(note.device, note)
      learn(note)
    }
  }
  const noteIn = (place: MeetingPlace, item: Uint8Array): Note | undefined => {
    try {
      return readNote(place, item)
    } catch (error) {
      if (!hasCode(error, 'BAD_RECORD')) throw error
      // Of a member, since it is signed for the place: which one, nobody can tell.
      logger.debug('a member left a note that is none', { error: error.message })
      return undefined
    }
  }
  const isAt = ({ groups, partner }: Meeting, device: PeerId): boolean =>
    wanted().has(device) &&
    (partner === undefined || partner === device) &&
    groups.some(group => members.roleOf(group, device) !== undefined)
  const learn = ({ device, issuedAt, addresses }: Note): void => {
    // Whoever keeps notes may answer with an earlier one.
    if ((heard.get(device) ?? 0) >= issuedAt || addresses.length === 0) return
    heard.set(device, issuedAt)
    foundAt = clock.now()
    logger.debug('found a note of a member', { device })
    onFound(device, addresses)
  }

  const canBeFound = (): boolean => {
    const { lan, wan } = dht.status()
    const addresses = network.addresses()
    return lan.peers > 0 ? addresses.length > 0 : wan.peers > 0 && addresses.some(leadsFar)
  }
  /** Where many could leave notes, those whose names of the day come first do. */
  const isTurn = ({ meeting }: Visit, place: MeetingPlace, others: readonly Note[]): boolean => {
    if (meeting.partner !== undefined) return true
    const own = place.nameOf(identity.device)
    return others.filter(({ device }) => Buffer.compare(place.nameOf(device), own) < 0).length < NOTES
  }
  const leave = async (visit: Visit, signal: AbortSignal): Promise<void> => {
    const addresses = network.addresses()
    const places = placesAround(visit.meeting.secret, clock.now())
    const what = [...places.map(({ key }) => Buffer.from(key).toString('hex')), ...addresses].join()
    if (visit.left && visit.left.what === what && visit.left.freshUntil > clock.now()) return
    sequence = Math.max(sequence + 1, clock.now())
    const note: Note = { device: identity.device, issuedAt: sequence, addresses }
    const taken = await Promise.all(
      places.map(place => dht.put(MEETINGS, place.key, encodeNote(place, note, identity.deviceKey), { signal }))
    )
    // The next visit of who is not alone renews it.
    visit.left = taken.some(count => count > 0) ? { what, freshUntil: clock.now() + REFRESH_MS / 3 } : undefined
  }

  const visitOnce = async (visit: Visit): Promise<void> => {
    const place = placeAt(visit.meeting.secret, clock.now())
    const others = new Map<PeerId, Note>()
    visit.isBusy = true
    visit.dueAt = Infinity
    try {
      await asFarAsPossible(signal => look(visit, place, others, signal))
      if (canBeFound() && isTurn(visit, place, [...others.values()]))
        await asFarAsPossible(signal => leave(visit, signal))
    } catch (error) {
      if (!stopping.signal.aborted) throw error
    }
    visit.isBusy = false
    // Unless something was due earlier meanwhile.
    visit.dueAt = Math.min(visit.dueAt, jittered(visit.isAlone ? visit.waitMs : REFRESH_MS))
    visit.waitMs = Math.min(LONGEST_WAIT_MS, 2 * visit.waitMs)
  }

  const tick = (): void => {
    const { lan, wan } = dht.status()
    // What is due stays so until there is somebody to ask.
    if (lan.peers + wan.peers === 0) return
    const present = connected()
    if (!isPlanned || plannedAt + PLAN_MS <= clock.now()) plan(present)
    let next: Visit | undefined
    let busy = 0
    for (const visit of visits.values()) {
      hurry(visit, present)
      if (visit.isBusy) busy++
      else if (visit.dueAt <= clock.now() && (!next || visit.dueAt < next.dueAt)) next = visit
    }
    if (next && busy < AT_ONCE) void visitOnce(next)
  }

  const undos = [
    dht.define(MEETINGS, inspectNote),
    clock.every(TICK_MS, tick),
    members.onChange(() => {
      isPlanned = false
    }),
    network.onPeer((event, device) => {
      if (event !== 'connect') return
      for (const [group, { devices }] of seen) if (members.roleOf(group, device) !== undefined) devices.add(device)
    }),
    // Who looks for this device should find it where it is now, and it may find others again.
    network.onAddresses(() => {
      for (const visit of visits.values()) {
        visit.waitMs = FIRST_WAIT_MS
        if (visit.left || visit.isAlone) visit.dueAt = Math.min(visit.dueAt, jittered(ALONE_MS))
      }
    })
  ]

  return {
    status() {
      const [present, want] = [connected(), wanted()]
      const wantsOthers = (group: GroupId): boolean =>
        members.devices(group).some(device => device !== identity.device && want.has(device))
      return {
        places: visits.size,
        notes: [...visits.values()].filter(({ left }) => left !== undefined).length,
        alone: members.groups().filter(group => isAlone(group, present) && wantsOthers(group)).length,
        foundAt
      }
    },
    stop() {
      stopping.abort(new Error('the node stops'))
      for (const undo of undos) undo()
    }
  }
}

const NEW = { isAlone: false, waitMs: FIRST_WAIT_MS, isBusy: false, left: undefined }
