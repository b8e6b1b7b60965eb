import { expect, it } from 'vitest'
import { formatBytes } from './table.ts'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_536, '1.54 kB'],
  [999_949, '1000 kB'],
  [1_500_000, '1.5 MB'],
  [20_000_000_000, '20 GB'],
  [1_099_511_627_776, '1.1 TB'],
  [5e15, '5000 TB']
])('[N-195] %i bytes read %s, as in the console', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
