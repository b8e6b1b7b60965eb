import { expect, it } from 'vitest'
import { attachment } from './attachment.ts'
import { parseRange } from './range.ts'

it.each<[string | undefined, ReturnType<typeof parseRange>]>([
  [undefined, undefined],
  ['bytes=0-', { start: 0, end: 10 }],
  ['bytes=3-5', { start: 3, end: 6 }],
  ['bytes=3-500', { start: 3, end: 10 }],
  ['bytes=-4', { start: 6, end: 10 }],
  ['bytes=-400', { start: 0, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-3', undefined],
  ['bytes=0-1,3-4', undefined],
  ['bytes=-', undefined],
  ['lines=1-2', undefined]
])('[N-93] a Range of %s', (header, range) => expect(parseRange(header, 10)).toEqual(range))

it('[N-93] names an attachment in any script', () => {
  expect(attachment('a "b" é日.txt')).toBe(
    `attachment; filename="a _b_ __.txt"; filename*=UTF-8''a%20%22b%22%20%C3%A9%E6%97%A5.txt`
  )
  expect(attachment("x'(1)*")).toContain("filename*=UTF-8''x%27%281%29%2A")
})
