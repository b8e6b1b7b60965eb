import { useQuery } from '@tanstack/react-query'
import { contactLabel, contactsQuery } from './contact-queries.ts'
import { groupsQuery } from './group-queries.ts'

/** Somebody this person can write to or invite. */
export interface KnownPerson {
  account: string
  name: string
  isOnline: boolean
}

/** The contacts and the members of all groups, by name; without this person and whom they blocked. */
export function useKnownPeople(): KnownPerson[] {
  const { data: contacts = [] } = useQuery(contactsQuery)
  const { data: groups = [] } = useQuery(groupsQuery)
  const people = new Map<string, KnownPerson>()
  for (const { account, name, online, self } of groups.flatMap(({ members }) => members))
    if (!self) people.set(account, { account, name, isOnline: online || people.get(account)?.isOnline === true })
  for (const contact of contacts) {
    const { account, blocked, state } = contact
    if (blocked) people.delete(account)
    else if (state === 'contact' || people.has(account))
      people.set(account, { isOnline: false, ...people.get(account), account, name: contactLabel(contact) })
  }
  return [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name))
}
