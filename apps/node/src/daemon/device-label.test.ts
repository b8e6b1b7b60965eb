import { expect, it } from 'vitest'
import { deviceLabel } from './device-label.ts'

it.each([
  ['ada-laptop', 'ada-laptop'],
  ['ada-laptop.local', 'ada-laptop'],
  ['büro.example.org', 'büro'],
  ['MacBook di Ada', 'MacBook di Ada'],
  ['a\u202eb\u0000c\u200bd', 'abcd'],
  ['x'.repeat(200), 'x'.repeat(64)],
  [' a   b ', 'a b'],
  ['localhost', undefined],
  ['localhost.localdomain', undefined],
  ['', undefined],
  ['.', undefined],
  ['\u202e', undefined]
])('[N-196] a new device on %j is called %j', (host, label) => {
  expect(deviceLabel(host)).toBe(label)
})
