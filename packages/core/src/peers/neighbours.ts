import type { GroupId, PeerId } from '../ids.ts'
import type { Members } from '../log/members.ts'
import { lanesOf, placeOf } from './lanes.ts'
import type { Lane, Place } from './lanes.ts'

/** The lanes of a device in all its groups, reckoned again where the members changed. */
export interface Neighbours {
  lanes(): Lane[]
  stop(): void
}

interface Round {
  places: Map<PeerId, Place>
  /** Undefined when the members changed. */
  lanes: Lane[] | undefined
}

export function neighbours(members: Pick<Members, 'groups' | 'devices' | 'onChange'>, self: PeerId): Neighbours {
  const rounds = new Map<GroupId, Round>()
  const reckon = (group: GroupId, { places }: Round): Lane[] =>
    lanesOf(members.devices(group), self, device => {
      const place = places.get(device) ?? placeOf(group, device)
      places.set(device, place)
      return place
    })
  const of = (group: GroupId): Lane[] => {
    const round = rounds.get(group) ?? { places: new Map(), lanes: undefined }
    rounds.set(group, round)
    return (round.lanes ??= reckon(group, round))
  }
  return {
    lanes: () => members.groups().flatMap(of),
    stop: members.onChange(group => {
      const round = rounds.get(group)
      if (round) round.lanes = undefined
    })
  }
}
