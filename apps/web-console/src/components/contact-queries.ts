import type { Contact } from '@borgo/api'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../api/client.ts'
import { useEvent } from '../api/live.tsx'

/** Everybody this person knows, asks, is asked by, or has blocked. */
export const contactsQuery = queryOptions({
  queryKey: ['contacts'],
  queryFn: ({ signal }) => client.contacts.list({ signal })
})

/** Asks for them, and how people are, again whenever the node says so; the shell does it for all pages. */
export function useLiveContacts(): void {
  const queries = useQueryClient()
  useEvent('contacts', () => void queries.invalidateQueries({ queryKey: contactsQuery.queryKey }))
  useEvent('presence', () => {
    void queries.invalidateQueries({ queryKey: contactsQuery.queryKey })
    void queries.invalidateQueries({ queryKey: ['presence'] })
  })
}

/** How many people ask to become contacts and wait for an answer. */
export function useRequests(): number {
  const { data = [] } = useQuery(contactsQuery)
  return data.filter(({ state, blocked }) => state === 'asked' && !blocked).length
}

/** What this person calls somebody. */
export function contactLabel({ name, nickname }: Pick<Contact, 'name' | 'nickname'>): string {
  return nickname ?? name
}
