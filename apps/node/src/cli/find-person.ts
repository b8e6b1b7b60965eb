import type { Client } from '@borgo/api'
import { findContact } from './find-contact.ts'

/** The account of a person: given as such, or by what a contact is called. Throws CONTACT_UNKNOWN, USAGE. */
export async function findPerson(client: Client, text: string, signal?: AbortSignal): Promise<string> {
  return /^z6Mk\w{44}$/.test(text) ? text : (await findContact(client, text, signal)).account
}
