import type { Client, Contact } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/**
 * The contact that is meant: an account, the beginning of one, or a nickname or name. Throws CONTACT_UNKNOWN, USAGE when
 * several fit.
 */
export async function findContact(client: Client, text: string, signal?: AbortSignal): Promise<Contact> {
  const contacts = await client.contacts.list({ signal })
  const exact = contacts.find(({ account }) => account === text)
  if (exact) return exact
  const named = contacts.filter(({ name, nickname }) => nickname === text || name === text)
  const fitting =
    named.length > 0 ? named : contacts.filter(({ account }) => text.length >= 8 && account.startsWith(text))
  const [contact, another] = fitting
  if (!contact)
    throw new BorgoError('CONTACT_UNKNOWN', `no contact is called ${text}: \`borgo contact list\` shows all of them`)
  if (another)
    throw nodeError('USAGE', `several contacts are called ${text}: give the account (\`borgo contact list\`)`)
  return contact
}
