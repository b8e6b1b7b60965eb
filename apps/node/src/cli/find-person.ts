import type { Client, Group, Member } from '@borgo/api'
import { BorgoError, hasCode } from '@borgo/core/errors'
import { findContact } from './find-contact.ts'
import { pick } from './pick.ts'

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
    return pickMember(membersCalled(await client.groups.list({ signal }), text), text)
  }
}

/** Members of any group by their account or name, each once. */
export function membersCalled(groups: readonly Group[], text: string): Member[] {
  const members = groups
    .flatMap(group => group.members)
    .filter(({ account, name }) => account === text || name === text)
  return [...new Map(members.map(member => [member.account, member])).values()]
}

/** The account of the only one. Throws CONTACT_UNKNOWN, USAGE when there are several. */
export function pickMember(members: readonly Member[], text: string): string {
  const { account } = pick(members, text, {
    idOf: member => member.account,
    namesOf: ({ name }) => [name],
    list: 'borgo group members <group>',
    unknown: () =>
      new BorgoError(
        'CONTACT_UNKNOWN',
        `no contact and no member of a group is called ${text}: \`borgo contact list\` shows all contacts`
      )
  })
  return account
}
