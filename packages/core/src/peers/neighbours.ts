import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Membership } from '../groups/membership.ts'
import type { GroupId, PeerId } from '../ids.ts'
import { EVERYBODY, everybodyIn, lanesOf, placeOf } from './lanes.ts'
import type { Lane, Place } from './lanes.ts'

/** In a large group: so many are drawn by lot, and for so long, ms. */
export const DRAWN = 2
export const DRAWN_MS = 3_600_000

/** The lanes of a device in all its groups, reckoned again where the members changed. */
export interface Neighbours {
  /** Those of neighbours, and some in an order that is drawn by lot. */
  lanes(): Lane[]
  /** Whether a device is one of the neighbours in a group when everybody is there. */
  has(group: GroupId, device: PeerId): boolean
  stop(): void
}

interface Round {
  places: Map<PeerId, Place>
  /** Undefined when the members changed. */
  ways: { lanes: Lane[]; first: Set<PeerId>; drawn: Lane[] } | undefined
}

/**
 * One's own devices are all beside each other, however many. Beyond neighbours, some members are drawn by lot: who
 * chooses keys so that they stand around a device must not be able to keep it apart from all others.
 */
export function neighbours(
  members: Pick<Membership, 'groups' | 'devices' | 'isHome' | 'onChange'>,
  self: PeerId,
  clock: Pick<Clock, 'now'>
): Neighbours {
  const rounds = new Map<GroupId, Round>()
  let lots: Buffer[] = []
  let drawnAt = -Infinity

  /** In an order that nobody knows, and that stays when members come and go. */
  const draw = (lot: Buffer, devices: readonly PeerId[]): Lane =>
    devices
      .filter(device => device !== self)
      .map(device => ({ device, at: createHash('sha256').update(lot).update(device).digest('hex') }))
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ device }) => device)

  const reckon = (group: GroupId, { places }: Round): NonNullable<Round['ways']> => {
    const place = (device: PeerId): Place => {
      const known = places.get(device) ?? placeOf(group, device)
      places.set(device, known)
      return known
    }
    const devices = members.devices(group)
    const isWhole = members.isHome(group) || devices.length <= EVERYBODY
    const lanes = isWhole ? everybodyIn(devices, self) : lanesOf(devices, self, place)
    const drawn = isWhole ? [] : lots.map(lot => draw(lot, devices))
    return { lanes, first: new Set(lanes.flatMap(([device]) => device ?? [])), drawn }
  }
  const of = (group: GroupId): NonNullable<Round['ways']> => {
    const round = rounds.get(group) ?? { places: new Map(), ways: undefined }
    rounds.set(group, round)
    return (round.ways ??= reckon(group, round))
  }
  const castLots = (): void => {
    if (clock.now() - drawnAt < DRAWN_MS) return
    drawnAt = clock.now()
    lots = Array.from({ length: DRAWN }, () => randomBytes(16))
    for (const round of rounds.values()) round.ways = undefined
  }

  return {
    lanes() {
      castLots()
      return members.groups().flatMap(group => {
        const { drawn, lanes } = of(group)
        return [...lanes, ...drawn]
      })
    },
    has: (group, device) => of(group).first.has(device),
    stop: members.onChange(group => {
      const round = rounds.get(group)
      if (round) round.ways = undefined
    })
  }
}
