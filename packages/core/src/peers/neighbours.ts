import type { GroupId, PeerId } from '../ids.ts'
import type { Membership } from '../groups/membership.ts'
import { everybodyIn, lanesOf, placeOf } from './lanes.ts'
import type { Lane, Place } from './lanes.ts'

/** The lanes of a device in all its groups, reckoned again where the members changed. */
export interface Neighbours {
  lanes(): Lane[]
  /** Whether a device is one of those that are to be connected in a group when everybody is there. */
  has(group: GroupId, device: PeerId): boolean
  stop(): void
}

interface Round {
  places: Map<PeerId, Place>
  /** Undefined when the members changed. */
  ways: { lanes: Lane[]; first: Set<PeerId> } | undefined
}

/** One's own devices are all beside each other, however many. */
export function neighbours(
  members: Pick<Membership, 'groups' | 'devices' | 'isHome' | 'onChange'>,
  self: PeerId
): Neighbours {
  const rounds = new Map<GroupId, Round>()
  const reckon = (group: GroupId, { places }: Round): NonNullable<Round['ways']> => {
    const place = (device: PeerId): Place => {
      const known = places.get(device) ?? placeOf(group, device)
      places.set(device, known)
      return known
    }
    const devices = members.devices(group)
    const lanes = members.isHome(group) ? everybodyIn(devices, self) : lanesOf(devices, self, place)
    return { lanes, first: new Set(lanes.flatMap(([device]) => device ?? [])) }
  }
  const of = (group: GroupId): NonNullable<Round['ways']> => {
    const round = rounds.get(group) ?? { places: new Map(), ways: undefined }
    rounds.set(group, round)
    return (round.ways ??= reckon(group, round))
  }
  return {
    lanes: () => members.groups().flatMap(group => of(group).lanes),
    has: (group, device) => of(group).first.has(device),
    stop: members.onChange(group => {
      const round = rounds.get(group)
      if (round) round.ways = undefined
    })
  }
}
