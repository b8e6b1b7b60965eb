import { readBoolean, readChoice, readList, readMap, readText, readingAs } from '../../canonical.ts'
import { parseAccountId } from '../../ids.ts'
import type { AccountId } from '../../ids.ts'
import { readChanges } from './contact-change.ts'
import type { ContactFields } from './contact-change.ts'

const FORMAT = 'borgo-contacts/1'
const MAX_CONTACTS = 100_000

/** What a file keeps of one person. */
export type KeptContact = Pick<ContactFields, 'name' | 'nickname' | 'note' | 'verified' | 'blocked' | 'devices'> & {
  account: AccountId
  /** False for who is only blocked. */
  contact: boolean
}

export interface ContactsFile {
  /** Who wrote it. */
  account: AccountId
  contacts: KeptContact[]
}

export function writeContacts({ account, contacts }: ContactsFile): string {
  return `${JSON.stringify({ format: FORMAT, account, contacts }, null, 2)}\n`
}

/** Throws BAD_CONTACTS. */
export function readContacts(text: string): ContactsFile {
  return readingAs('BAD_CONTACTS', 'a file of contacts', () => {
    const { account, contacts, format } = readMap(JSON.parse(text), 'format', 'account', 'contacts')
    readChoice(format, FORMAT)
    return { account: parseAccountId(readText(account, 64)), contacts: readList(contacts, MAX_CONTACTS, readKept) }
  })
}

function readKept(value: unknown): KeptContact {
  const { account, contact, ...kept } = readMap(
    value,
    'account',
    'contact',
    'name',
    'nickname',
    'note',
    'verified',
    'blocked',
    'devices'
  )
  const fields = readChanges(kept) as Omit<KeptContact, 'account' | 'contact'>
  return { account: parseAccountId(readText(account, 64)), contact: readBoolean(contact), ...fields }
}
