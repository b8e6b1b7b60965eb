import { expect, it } from 'vitest'
import { base64Of, bytesIn, textIn } from './base64.ts'

it('[U-58] [U-61] shows data as text only where it is text, and loses no byte', () => {
  const base64 = (text: string): string => base64Of(new TextEncoder().encode(text))
  for (const text of ['', 'ciao', 'Caffè 家 🏠', 'two\nlines', 'and\r\ntwo']) expect(textIn(base64(text))).toBe(text)
  for (const bytes of [[0], [255], [0xc3], [27, 91, 65]]) {
    expect(textIn(base64Of(Uint8Array.from(bytes)))).toBeUndefined()
    expect([...bytesIn(base64Of(Uint8Array.from(bytes)))]).toEqual(bytes)
  }
  const all = Uint8Array.from({ length: 16_384 }, (_, at) => at % 256)
  expect(bytesIn(base64Of(all))).toEqual(all)
})
