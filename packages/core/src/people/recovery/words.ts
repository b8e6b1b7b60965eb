import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { coreError } from '../../errors.ts'

/** Of 32 bytes and their checksum; BIP39. */
const COUNT = 24
const LISTED: ReadonlySet<string> = new Set(wordlist)

/** An account's key as 24 words, for paper. Whoever reads them can be that person. */
export function recoveryWords(accountSeed: Uint8Array): string {
  return entropyToMnemonic(accountSeed, wordlist)
}

/** The key that the words stand for; in any case and spacing. Throws BAD_RECOVERY, which shows none of them. */
export function readRecoveryWords(text: string): Uint8Array {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(word => word !== '')
  if (words.length !== COUNT) throw coreError('BAD_RECOVERY', `there are ${COUNT} words, not ${words.length}`)
  const wrong = words.flatMap((word, index) => (LISTED.has(word) ? [] : [index + 1]))
  if (wrong.length > 0)
    throw coreError('BAD_RECOVERY', `not on the list of words: number ${wrong.join(', ')}. Look for a typing mistake`)
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    // Not passed on as a cause: it may show the words.
    throw coreError('BAD_RECOVERY', 'the words do not belong together: one is wrong, or they are in another order')
  }
}
