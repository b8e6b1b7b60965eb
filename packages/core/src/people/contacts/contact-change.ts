import { readBoolean, readChoice, readList, readMap, readName, readText } from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import type { RecordKind } from '../../log/kind.ts'
import { parseAccountId, parsePeerId } from '../../ids.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import { MAX_LINK_ADDRESSES, MAX_LINK_PEERS } from '../../peers/whereabouts.ts'

/** Longest nickname and note, in UTF-16 units. */
export const NICKNAME_LENGTH = 255
export const NOTE_LENGTH = 4_000
const ADDRESS_LENGTH = 256

/** What this person's devices know of another person. Each field is as it was last set on any of them. */
export interface ContactFields {
  /** What the person calls themselves, as last heard; empty before. */
  name: string
  /** What this person calls them; empty when there is none. */
  nickname: string
  note: string
  verified: boolean
  blocked: boolean
  /** Whether this person counts them as a contact; `declined`: they asked, and were told no. */
  mine: 'no' | 'yes' | 'declined'
  /** Whether they count this person as one, as far as they said. */
  theirs: 'unknown' | 'yes' | 'declined'
  /** Where they said that they can be reached: device → multiaddrs. */
  devices: Readonly<Record<PeerId, readonly string[]>>
}

export const STRANGER: Readonly<ContactFields> = {
  name: '',
  nickname: '',
  note: '',
  verified: false,
  blocked: false,
  mine: 'no',
  theirs: 'unknown',
  devices: {}
}

export interface ContactChange {
  account: AccountId
  changes: Partial<ContactFields>
}

const READERS: { [Field in keyof ContactFields]: (value: unknown) => ContactFields[Field] } = {
  name: value => (value === '' ? '' : readName(value)),
  nickname: value => readShown(value, NICKNAME_LENGTH),
  note: value => readShown(value, NOTE_LENGTH),
  verified: readBoolean,
  blocked: readBoolean,
  mine: value => readChoice(value, 'no', 'yes', 'declined'),
  theirs: value => readChoice(value, 'unknown', 'yes', 'declined'),
  devices: readDevices
}
const FIELDS = Object.keys(READERS) as (keyof ContactFields)[]

const HEARD: ReadonlySet<string> = new Set(['name', 'devices'] satisfies (keyof ContactFields)[])

/** Written at home for every change of a contact: the fields that changed. */
export const contactChange: RecordKind<ContactChange> = {
  name: 'core/contact',
  role: 'writer',
  maxBytes: 32_768,
  parse(value) {
    const { account, changes } = readMap(value, 'account', 'changes')
    return { account: parseAccountId(readText(account, 64)), changes: readChanges(changes) }
  },
  // What is heard of people comes again and again. What the person says of them is kept, also for when it was said.
  key({ account, changes }) {
    const fields = Object.keys(changes).sort()
    return fields.every(field => HEARD.has(field)) ? `${account} ${fields.join(' ')}` : undefined
  }
}

/** Some of a contact's fields; throws BAD_MESSAGE. */
export function readChanges(value: unknown): Partial<ContactFields> {
  if (typeof value !== 'object' || value === null) throw coreError('BAD_MESSAGE', 'expected a map')
  const fields = FIELDS.filter(field => Object.hasOwn(value, field))
  const found = readMap(value, ...fields)
  return Object.fromEntries(fields.map(field => [field, READERS[field](found[field])]))
}

function readShown(value: unknown, max: number): string {
  const text = readText(value, max)
  if (!text.isWellFormed()) throw coreError('BAD_MESSAGE', 'expected well-formed text')
  return text
}

function readDevices(value: unknown): Record<PeerId, string[]> {
  if (typeof value !== 'object' || value === null) throw coreError('BAD_MESSAGE', 'expected a map')
  const entries = Object.entries(value)
  if (entries.length > MAX_LINK_PEERS) throw coreError('BAD_MESSAGE', `expected at most ${MAX_LINK_PEERS} devices`)
  return Object.fromEntries(
    entries.map(([device, addresses]) => [
      parsePeerId(device),
      readList(addresses, MAX_LINK_ADDRESSES, address => readText(address, ADDRESS_LENGTH))
    ])
  )
}
