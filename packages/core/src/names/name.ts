import { readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { parseAccountId } from '../ids.ts'
import type { AccountId } from '../ids.ts'

/** A person's name for something: `<account>/<label>`. Only that person's devices can register it. */
export interface Name {
  account: AccountId
  label: string
}

/** Reads `<account>/<label>`. Throws BAD_PEER_NAME. */
export function parseName(text: string): Name {
  const slash = text.indexOf('/')
  return readingAs('BAD_PEER_NAME', 'a name', () => ({
    account: parseAccountId(text.slice(0, Math.max(slash, 0))),
    label: checkLabel(text.slice(slash + 1))
  }))
}

/** As people write it and `parseName` reads it. */
export const nameText = ({ account, label }: Name): string => `${account}/${label}`

/** A label: 1 to 64 visible characters but no slash, in Unicode's composed form. Throws BAD_PEER_NAME. */
export function checkLabel(value: unknown): string {
  return readingAs('BAD_PEER_NAME', 'a label', () => {
    const label = readName(value)
    if (label.includes('/')) throw coreError('BAD_PEER_NAME', 'a label has no slash')
    return label
  })
}
