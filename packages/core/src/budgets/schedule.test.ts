import { expect, it } from 'vitest'
import { parseSchedule } from './schedule.ts'

/** 4 January 2026 is a Sunday. */
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 0, 4 + day, hour, minute).getTime()

it('[O-5] times of the week hold from their beginning to their end, local time', () => {
  const { holds, text } = parseSchedule(' Mon-Fri 08:00-18:00,sat  09:30-12:00')
  expect(text).toBe('mon-fri 08:00-18:00, sat 09:30-12:00')
  expect([at(1, 8), at(5, 17, 59), at(6, 9, 30)].every(holds)).toBe(true)
  expect([at(1, 7, 59), at(5, 18), at(6, 12), at(0, 10)].some(holds)).toBe(false)
})

it('[O-5] times that pass midnight belong to the day they began on', () => {
  const { holds } = parseSchedule('sat 22:00-06:00')
  expect([at(6, 23), at(7, 5, 59)].every(holds)).toBe(true)
  expect([at(6, 5), at(7, 6), at(5, 23)].some(holds)).toBe(false)
  expect(parseSchedule('fri-mon 00:00-24:00').holds(at(0, 12))).toBe(true)
  expect(parseSchedule('fri-mon 00:00-24:00').holds(at(3, 12))).toBe(false)
  expect(parseSchedule('daily 00:00-24:00').holds(at(3, 23, 59))).toBe(true)
})

it.each([
  '',
  'always',
  'mon',
  'mon 8:00-9:00',
  'mon 08:00-25:00',
  'mon 08:60-09:00',
  'xyz 08:00-09:00',
  'mon 24:00-01:00'
])('[O-5] %j is not times of the week', text => {
  expect(() => parseSchedule(text)).toThrow(expect.objectContaining({ code: 'BAD_SCHEDULE' }))
})

it('[O-5] at most fourteen times can be given', () => {
  const many = (count: number): string => Array.from({ length: count }, () => 'mon 08:00-09:00').join(',')
  expect(parseSchedule(many(14)).holds(at(1, 8))).toBe(true)
  expect(() => parseSchedule(many(15))).toThrow(expect.objectContaining({ code: 'BAD_SCHEDULE' }))
})
