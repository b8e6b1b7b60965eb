import { useQuery } from '@tanstack/react-query'
import { contactsQuery } from '../../components/contact-queries.ts'
import { groupsQuery } from '../../components/group-queries.ts'

/** Whether this node knows nobody yet, so that it can become another person's device; the node decides in the end. */
export function useIsFresh(): boolean {
  const contacts = useQuery(contactsQuery)
  const groups = useQuery(groupsQuery)
  return contacts.data?.length === 0 && groups.data?.length === 0
}
