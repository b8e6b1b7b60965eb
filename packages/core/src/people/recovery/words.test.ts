import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../../errors.ts'
import { readRecoveryWords, recoveryWords } from './words.ts'

const seedOf = (text: string): Uint8Array => Uint8Array.from(createHash('sha256').update(text).digest())

const refusal = (text: string): string => {
  try {
    readRecoveryWords(text)
    return ''
  } catch (error) {
    if (hasCode(error, 'BAD_RECOVERY')) return error.message
    throw error
  }
}

describe('recovery words', () => {
  it('[I-12] are those of BIP39: its test vectors', () => {
    expect(recoveryWords(new Uint8Array(32))).toBe(`${'abandon '.repeat(23)}art`)
    expect(recoveryWords(new Uint8Array(32).fill(0x7f))).toBe(
      `${'legal winner thank year wave sausage worth useful '.repeat(2)}legal winner thank year wave sausage worth title`
    )
  })

  it('[I-12] give the key back, in any case, spacing and numbering', () => {
    for (let turn = 0; turn < 50; turn++) {
      const seed = seedOf(`seed ${turn}`)
      const words = recoveryWords(seed)
      expect(words.split(' ')).toHaveLength(24)
      expect(readRecoveryWords(words)).toEqual(seed)
      const numbered = words.split(' ').map((word, index) => `${index + 1}. ${word.toUpperCase()}`)
      expect(readRecoveryWords(`\n${numbered.join('\n')}\n`)).toEqual(seed)
    }
  })

  it('[I-12] with a typing mistake, a word missing or two exchanged are refused, and shown in no message', () => {
    const words = recoveryWords(seedOf('ada')).split(' ')
    const [first = '', second = '', ...rest] = words
    expect(first).not.toBe(second)
    const bad = [
      [`${first}x`, second, ...rest],
      [second, ...rest],
      [...words, first],
      [second, first, ...rest],
      ['zoo', second, ...rest],
      []
    ].map(list => refusal(list.join(' ')))
    expect(bad[0]).toContain('number 1.')
    for (const message of bad) {
      expect(message).not.toBe('')
      for (const word of words) expect(` ${message} `).not.toContain(` ${word} `)
    }
  })
})
