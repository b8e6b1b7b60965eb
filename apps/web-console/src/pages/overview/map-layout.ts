/** Where a neighbour stands on the map, in units of its view box, from the middle. */
export interface Place {
  x: number
  y: number
}

/** The rings: round trips in ms and their distance from the middle. */
export const RINGS = [
  { rttMs: 1, radius: 44 },
  { rttMs: 10, radius: 80 },
  { rttMs: 100, radius: 116 }
] as const

const NEAREST = 40
const FARTHEST = 128
/** Where those stand whose round trip is not known yet. */
const UNMEASURED = 98
/** The map is wider than high. */
const STRETCH = 1.3

/** Distance by the logarithm of the round trip: a tenth of a millisecond and a second both find their place. */
export function radiusOf(rttMs: number | undefined): number {
  if (rttMs === undefined) return UNMEASURED
  const radius = RINGS[0].radius + 36 * Math.log10(Math.max(rttMs, 0.01))
  return Math.min(FARTHEST, Math.max(NEAREST, radius))
}

/** Spreads neighbours evenly around the middle, in the order given; the top is left to the names of the rings. */
export function placeAround(index: number, count: number, radius: number): Place {
  const angle = ((index + 0.5) / count) * 2 * Math.PI - Math.PI / 2
  return { x: Math.cos(angle) * radius * STRETCH, y: Math.sin(angle) * radius }
}
