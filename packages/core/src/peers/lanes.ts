import { createHash } from 'node:crypto'
import type { GroupId, PeerId } from '../ids.ts'

/** Up to so many devices of a group, each is a neighbour of every other one. */
export const EVERYBODY = 32

/**
 * The devices in one direction from here, nearest first: the first one that is there is a neighbour. So it is for that
 * one, looking back.
 */
export type Lane = readonly PeerId[]

/** Where a device stands on all rings, and to which of two rings it goes, again and again. */
export interface Place {
  /** Below 2⁴⁸. */
  at: number
  turns: Uint8Array
}

/**
 * The ways along which a device of a group has its neighbours; they follow from the members alone. All devices stand on
 * a ring, half of them on a second one, too, a quarter on a third, and so on: two neighbours on each ring, which are
 * about 2 · log2(n). Where a device comes or goes only its neighbours get others. A small group has one lane to each.
 * `place`: `placeOf` in the group.
 */
export function lanesOf(devices: readonly PeerId[], self: PeerId, place: (device: PeerId) => Place): Lane[] {
  if (devices.length <= EVERYBODY) return everybodyIn(devices, self)
  const others = devices.filter(device => device !== self)
  const own = place(self)
  const lanes: Lane[] = []
  let ring = others
    .map(device => ({ device, ...place(device) }))
    .sort((a, b) => a.at - b.at || (a.device < b.device ? -1 : 1))
  for (let level = 0; ring.length > 0; level++) {
    const split = ring.findIndex(({ at }) => at > own.at)
    const ahead = split < 0 ? ring : [...ring.slice(split), ...ring.slice(0, split)]
    const onwards = ahead.map(({ device }) => device)
    lanes.push(onwards, onwards.toReversed())
    ring = ring.filter(({ turns }) => bit(turns, level) === bit(own.turns, level))
  }
  return lanes
}

/** A lane to each. */
export function everybodyIn(devices: readonly PeerId[], self: PeerId): Lane[] {
  return devices.filter(device => device !== self).map(device => [device])
}

export function placeOf(group: GroupId, device: PeerId): Place {
  const hash = createHash('sha256').update(`borgo/neighbours/1\0${group}\0${device}`).digest()
  return { at: hash.readUIntBE(0, 6), turns: hash.subarray(16) }
}

function bit(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1
}
