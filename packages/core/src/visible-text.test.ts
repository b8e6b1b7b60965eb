import { describe, expect, it } from 'vitest'
import { readName } from './canonical.ts'
import { localName } from './identity/identity.ts'

const named = (...codes: number[]): string => `Ada${String.fromCodePoint(...codes)}Rossi`

describe('a name', () => {
  it.each([
    'Ada',
    'Ada Rossi',
    'Ɓùrgó',
    'Zoë',
    '村',
    'नमस्ते',
    'क्‍ष',
    'می‌خواهم',
    'ശ്രീ',
    'Ada ❤️',
    '👩‍👩‍👧',
    '👍🏽',
    '🏳️‍🌈',
    '1️⃣ Ada',
    'مرحبا',
    'שלום'
  ])('[I-30] may be %s', name => {
    expect(readName(name.normalize('NFC'))).toBe(name.normalize('NFC'))
  })

  it.each([
    ['a control', 0x07],
    ['a soft hyphen', 0xad],
    ['a zero-width space', 0x200b],
    ['a zero-width joiner between letters', 0x200d],
    ['a zero-width non-joiner between letters', 0x200c],
    ['a left-to-right mark', 0x200e],
    ['a reordering override', 0x202e],
    ['a word joiner', 0x2060],
    ['an isolate', 0x2066],
    ['a byte order mark', 0xfeff],
    ['a variation selector', 0xfe0f],
    ['a Hangul filler', 0x3164],
    ['a Braille blank', 0x2800],
    ['a tag', 0xe0041],
    ['a supplementary variation selector', 0xe0100],
    ['a character for private use', 0xe000],
    ['a no-break space', 0xa0],
    ['an ideographic space', 0x3000],
    ['a line separator', 0x2028]
  ])('[I-30] has not %s', (_, code) => {
    expect(() => readName(named(code))).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
    expect(() => localName(named(code))).toThrow(TypeError)
  })

  it.each([
    ['joiners within Arabic that change nothing', 'ا‌ب'],
    ['two joiners', '👩‍‍👧'],
    ['a joiner at its end', '👩‍'],
    ['two spaces side by side', 'Ada  Rossi'],
    ['a space at its end', 'Ada '],
    ['half a character', 'Ada\ud800']
  ])('[I-30] has not %s', (_, name) => {
    expect(() => readName(name)).toThrow(expect.objectContaining({ code: 'BAD_MESSAGE' }))
  })

  it('[I-30] reads the same however it was typed', () => {
    expect(readName('Zoe\u0308')).toBe('Zo\u00eb')
    expect(localName('Zoe\u0308')).toBe('Zo\u00eb')
  })
})
