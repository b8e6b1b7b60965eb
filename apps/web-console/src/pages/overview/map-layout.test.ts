import { expect, it } from 'vitest'
import { placeAround, radiusOf, RINGS } from './map-layout.ts'

it('[U-4] puts a neighbour farther away the longer its round trip, and never off the map', () => {
  const radii = [0.001, 0.5, 1, 10, 100, 1000, 60_000].map(radiusOf)
  expect(radii).toEqual(radii.toSorted((a, b) => a - b))
  for (const { rttMs, radius } of RINGS) expect(radiusOf(rttMs)).toBeCloseTo(radius)
  expect(Math.max(...radii, radiusOf(undefined))).toBeLessThan(130)
})

it('[U-4] gives every neighbour a place of its own', () => {
  const places = Array.from({ length: 24 }, (_, index) => placeAround(index, 24, 80))
  expect(new Set(places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`)).size).toBe(24)
})
