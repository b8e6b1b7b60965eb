import { expect, it } from 'vitest'
import { dateOf, formatBytes, formatDuration, formatRelative } from './format.ts'

/** Languages use several kinds of space between number and unit. */
const plain = (text: string): string => text.replace(/\s/gu, ' ')

it('[U-9] writes sizes and rates as each language does', () => {
  expect([0, 1, 999, 1000, 1_234_567, 5e12].map(bytes => plain(formatBytes(bytes, 'en')))).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1 kB',
    '1.23 MB',
    '5 TB'
  ])
  expect(plain(formatBytes(1_500_000, 'it', true))).toBe('1,5 MB/s')
})

it('[U-9] writes durations with the two units that matter', () => {
  const hour = 3_600_000
  expect([0, 999, 61_000, 2 * hour, 26 * hour, 50 * hour + 59_000].map(ms => plain(formatDuration(ms, 'en')))).toEqual([
    '0 seconds',
    '0 seconds',
    '1 minute 1 second',
    '2 hours',
    '1 day 2 hours',
    '2 days 2 hours'
  ])
})

it('[U-9] says how long ago or how soon', () => {
  expect([0, -59_000, -120_000, 7 * 86_400_000].map(ms => formatRelative(ms, 'it'))).toEqual([
    'ora',
    'ora',
    '2 minuti fa',
    'tra 7 giorni'
  ])
})

it('[U-9] shows a time that others made up, and no calendar has, as the last one', () => {
  expect(dateOf(Number.MAX_SAFE_INTEGER).toISOString()).toBe('+275760-09-13T00:00:00.000Z')
  expect(dateOf(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
})
