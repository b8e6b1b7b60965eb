import { createHash } from 'node:crypto'
import { roleIn } from '../groups/state.ts'
import type { Membership } from '../groups/membership.ts'
import type { Identity } from '../identity/identity.ts'
import { peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { groupSecret, pairSecret } from './meeting-place.ts'

/** Of a group: with so many devices each meets on its own on a day; in a group of no more, with all. */
const PARTNERS = 8
/** A relay has no other place to meet at. */
const PARTNERS_OF_RELAY = 64
/** Of a device in all; of more, those of the first groups. */
const MAX_PAIRS = 256
const DAY_MS = 86_400_000

/** Devices that may meet in the DHT: those of a group, or two. */
export interface Meeting {
  /** Changes with the secret. */
  id: string
  secret: Uint8Array
  /** Groups whose devices are found there. */
  groups: GroupId[]
  /** Of two devices: the other one. */
  partner: PeerId | undefined
}

export interface MeetingsOptions {
  identity: Pick<Identity, 'device' | 'agree'>
  members: Pick<Membership, 'groups' | 'state' | 'key'>
  /** Devices that this one has to do with. */
  wanted: ReadonlySet<PeerId>
  /**
   * Whether the group's present key may not have reached a device, or not this one: then the two meet on their own.
   */
  mayLackKey(group: GroupId, device: PeerId): boolean
  now: number
}

/**
 * All meetings of this device: one for each group whose key it has, and some of two. These are for who came back after
 * the key of a group was changed, and for relays, which have none.
 */
export function meetingsOf({ identity, members, wanted, mayLackKey, now }: MeetingsOptions): Meeting[] {
  const self = identity.device
  const found: Meeting[] = []
  const pairs = new Map<PeerId, Meeting>()
  for (const group of members.groups()) {
    const state = members.state(group)
    if (!state) continue
    const others = [...state.members.values()]
      .flatMap(({ role, devices }) => [...devices.values()].map(({ device, box }) => ({ role, device, box })))
      .filter(({ device }) => device !== self && wanted.has(device))
    if (others.length === 0) continue
    const key = members.key(group, state.epoch)
    const isRelay = roleIn(state, self) === 'relay'
    if (key && !isRelay) {
      const secret = groupSecret(group, key)
      found.push({ id: `${group} ${state.epoch}`, secret, groups: [group], partner: undefined })
    }
    for (const { role, device, box } of others) {
      const hasRelay = isRelay || role === 'relay'
      if (!hasRelay && !mayLackKey(group, device)) continue
      if (!arePartners(self, device, { of: state.accounts.size - 1, hasRelay, now })) continue
      const known = pairs.get(device)
      if (known) known.groups.push(group)
      if (known || pairs.size >= MAX_PAIRS) continue
      const agreed = identity.agree(box)
      if (agreed)
        pairs.set(device, { id: device, secret: pairSecret(agreed, self, device), groups: [group], partner: device })
    }
  }
  return [...found, ...pairs.values()]
}

/** Whether two devices meet on a day: about so many of each device, and the same at both ends. */
function arePartners(
  a: PeerId,
  b: PeerId,
  { of, hasRelay, now }: { of: number; hasRelay: boolean; now: number }
): boolean {
  const partners = hasRelay ? PARTNERS_OF_RELAY : PARTNERS
  if (of <= partners) return true
  const hash = createHash('sha256').update(`borgo/partners/1\0${Math.floor(now / DAY_MS)}\0`)
  for (const key of [peerKey(a), peerKey(b)].sort((one, other) => Buffer.compare(one, other))) hash.update(key)
  return hash.digest().readUInt32BE() / 2 ** 32 < partners / of
}
