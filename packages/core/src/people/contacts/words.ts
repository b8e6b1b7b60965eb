import { createHash } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { accountKey } from '../../ids.ts'
import type { AccountId } from '../../ids.ts'

/**
 * Words that two people compare. 11 bits each, 132 together: who stands between them needs two keys of their own whose
 * words are equal, 2⁶⁶ tries.
 */
const WORDS = 12
const WORD_BITS = 11

/** The same words for both, whoever computes them; others with overwhelming probability for any other pair of people. */
export function contactWords(one: AccountId, other: AccountId): string[] {
  const keys = [one, other].map(accountKey).sort(Buffer.compare)
  const digest = createHash('sha256').update('borgo/contact-words/1\0').update(Buffer.concat(keys)).digest('hex')
  const bits = BigInt(`0x${digest}`)
  return Array.from({ length: WORDS }, (_, at) => {
    const word = wordlist[Number((bits >> BigInt(at * WORD_BITS)) & 0x7ffn)]
    if (word === undefined) throw new TypeError('the word list has 2,048 words')
    return word
  })
}
