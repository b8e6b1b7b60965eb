import type { Client, Contact } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { pick } from './pick.ts'

/**
 * The contact that is meant: an account, the beginning of one, or a nickname or name. Throws CONTACT_UNKNOWN, USAGE when
 * several fit.
 */
export async function findContact(client: Client, text: string, signal?: AbortSignal): Promise<Contact> {
  return pick(await client.contacts.list({ signal }), text, {
    idOf: ({ account }) => account,
    namesOf: ({ name, nickname }) => [nickname, name],
    least: 8,
    list: 'borgo contact list',
    unknown: () =>
      new BorgoError('CONTACT_UNKNOWN', `no contact is called ${text}: \`borgo contact list\` shows all of them`)
  })
}
