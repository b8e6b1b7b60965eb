import { expect, it } from 'vitest'
import { fromBase64, readableText, toBase64 } from './base64.ts'

it('[U-58] takes any bytes to base64 and back, and tells text from other bytes', () => {
  const all = Uint8Array.from({ length: 256 }, (_, value) => value)
  expect(fromBase64(toBase64(all))).toEqual(all)
  expect(toBase64(new TextEncoder().encode('caffè'))).toBe('Y2FmZsOo')
  expect(readableText(fromBase64('Y2FmZsOo'))).toBe('caffè')
  expect(readableText(all)).toBeUndefined()
  expect(readableText(Uint8Array.of(65, 0))).toBeUndefined()
  expect(readableText(new TextEncoder().encode('a\tb\nc'))).toBe('a\tb\nc')
})
