import { useQuery } from '@tanstack/react-query'
import { contactLabel, contactsQuery } from './contact-queries.ts'
import { groupsQuery } from './group-queries.ts'

/** Somebody this person can write to or invite. */
export interface KnownPerson {
  account: string
  name: string
  isOnline: boolean
  /** Not connected, which does not say that they are offline. */
  mayBeOnline: boolean
}

/** The contacts and the members of all groups, by name; without this person and whom they blocked. */
export function useKnownPeople(): KnownPerson[] {
  const { data: contacts = [] } = useQuery(contactsQuery)
  const { data: groups = [] } = useQuery(groupsQuery)
  const people = new Map<string, KnownPerson>()
  for (const { account, mayBeOnline, name, online, self } of groups.flatMap(({ members }) => members)) {
    const known = people.get(account)
    // A group in which they would be connected says more than one in which they need not be.
    const isOpen = mayBeOnline && (known === undefined || known.mayBeOnline)
    if (!self) people.set(account, { account, name, isOnline: online || known?.isOnline === true, mayBeOnline: isOpen })
  }
  for (const contact of contacts) {
    const { account, blocked, state } = contact
    if (blocked) people.delete(account)
    else if (state === 'contact' || people.has(account))
      people.set(account, {
        isOnline: false,
        mayBeOnline: false,
        ...people.get(account),
        account,
        name: contactLabel(contact)
      })
  }
  return [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name))
}
