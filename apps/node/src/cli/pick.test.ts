import { expect, it } from 'vitest'
import { pick } from './pick.ts'

const houses = [
  { id: 'abcd1', name: 'Mill' },
  { id: 'abcd2', name: 'Oven' },
  { id: 'xxxx3', name: 'abcd1' },
  { id: 'yyyy4', name: 'Well', isOld: true },
  { id: 'zzzz5', name: 'Well' }
]
const how = {
  idOf: ({ id }: { id: string }) => id,
  namesOf: ({ name }: { name: string }) => [name],
  isPreferred: ({ isOld }: { isOld?: boolean }) => !isOld,
  list: 'borgo house list',
  unknown: () => new RangeError('no such house')
}

it('[N-80] takes an id before a name before a part of an id, and of several says how to tell them apart', () => {
  expect(pick(houses, 'abcd1', how)).toBe(houses[0])
  expect(pick(houses, 'Oven', how)).toBe(houses[1])
  expect(pick(houses, 'xxxx', how)).toBe(houses[2])
  expect(pick(houses, 'cd2', { ...how, part: 'end', least: 3 })).toBe(houses[1])
  expect(pick(houses, 'Well', how)).toBe(houses[4])
  expect(() => pick(houses, 'abcd', how)).toThrow('several are meant by abcd: `borgo house list` tells them apart')
  for (const text of ['', 'xxx', 'bcd1', 'Tower']) expect(() => pick(houses, text, how)).toThrow('no such house')
})
