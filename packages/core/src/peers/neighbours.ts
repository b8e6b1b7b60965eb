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
  places: Map<PeerId, Place & { lots: number[] }>
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
  let secrets: Buffer[] = []
  let drawnAt = -Infinity

  const lotOf = (secret: Buffer, device: PeerId): number =>
    createHash('sha256').update(secret).update(device).digest().readUIntBE(0, 6)

  const reckon = (group: GroupId, { places }: Round): NonNullable<Round['ways']> => {
    const place = (device: PeerId): Place & { lots: number[] } => {
      const known = places.get(device) ?? {
        ...placeOf(group, device),
        lots: secrets.map(secret => lotOf(secret, device))
      }
      places.set(device, known)
      return known
    }
    /** In an order that nobody else knows, and that stays when members come and go. */
    const draw = (at: number): Lane =>
      others
        .map(device => ({ device, lot: place(device).lots[at] ?? 0 }))
        .sort((a, b) => a.lot - b.lot)
        .map(({ device }) => device)
    const devices = members.devices(group)
    const others = devices.filter(device => device !== self)
    const isWhole = members.isHome(group) || devices.length <= EVERYBODY
    const lanes = isWhole ? everybodyIn(devices, self) : lanesOf(devices, self, place)
    const drawn = isWhole ? [] : secrets.map((_, at) => draw(at))
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
    secrets = Array.from({ length: DRAWN }, () => randomBytes(16))
    rounds.clear()
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
