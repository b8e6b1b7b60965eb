import type { Client } from '@borgo/api'
import { BorgoError, hasCode } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'
import { findContact } from './find-contact.ts'

/**
 * The account of a person: given as such, or by what a contact or, if there is none, a member of a group is called.
 * Throws CONTACT_UNKNOWN, USAGE when several fit.
 */
export async function findPerson(client: Client, text: string, signal?: AbortSignal): Promise<string> {
  if (/^z6Mk\w{44}$/.test(text)) return text
  try {
    return (await findContact(client, text, signal)).account
  } catch (error) {
    if (!hasCode(error, 'CONTACT_UNKNOWN')) throw error
    return await findAmongMembers(client, text, signal)
  }
}

async function findAmongMembers(client: Client, text: string, signal?: AbortSignal): Promise<string> {
  const groups = await client.groups.list({ signal })
  const members = groups.flatMap(group => group.members)
  const named = members.filter(({ name }) => name === text)
  const [account, another] = new Set(named.map(member => member.account))
  if (account === undefined)
    throw new BorgoError(
      'CONTACT_UNKNOWN',
      `no contact and no member of a group is called ${text}: \`borgo contact list\` shows all contacts`
    )
  if (another !== undefined)
    throw nodeError('USAGE', `several people are called ${text}: give the account (\`borgo group members <group>\`)`)
  return account
}
