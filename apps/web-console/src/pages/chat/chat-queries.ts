import type { ChatEvent, Conversation } from '@borgo/api'
import { infiniteQueryOptions, keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import type { Filter } from './search-filter.tsx'

const PAGE_MESSAGES = 50
const DAY_MS = 86_400_000

/** Every conversation, latest first. */
export const conversationsQuery = queryOptions({
  queryKey: ['chat', 'conversations'],
  queryFn: ({ signal }) => client.chat.conversations({ signal })
})

/** The messages of a conversation, page by page into the past; `data` has all that is loaded, oldest first. */
export function messagesQuery(group: string) {
  return infiniteQueryOptions({
    queryKey: ['chat', 'messages', group],
    queryFn: ({ pageParam, signal }) =>
      client.chat.messages({
        params: { group },
        query: { limit: PAGE_MESSAGES, ...(pageParam !== undefined && { before: pageParam }) },
        signal
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.before,
    select: data => data.pages.toReversed().flatMap(page => page.messages)
  })
}

/** Messages in all conversations in which the words occur, what came last first; asked when there are any words. */
export function searchQuery(words: string, { by, days }: Filter) {
  return infiniteQueryOptions({
    queryKey: ['chat', 'search', words, by, days],
    queryFn: ({ pageParam, signal }) =>
      client.search.find({
        query: {
          q: words,
          kinds: 'message',
          limit: PAGE_MESSAGES,
          ...(by !== undefined && { by }),
          ...(days !== undefined && { since: Date.now() - days * DAY_MS }),
          ...(pageParam !== undefined && { before: pageParam })
        },
        signal
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.before,
    select: data => data.pages.flatMap(page => page.found),
    placeholderData: keepPreviousData,
    enabled: words !== ''
  })
}

/** One message, wherever it stands. */
export function messageQuery(group: string, message: string) {
  return queryOptions({
    queryKey: ['chat', 'message', group, message],
    queryFn: ({ signal }) => client.chat.message({ params: { group, message }, signal })
  })
}

/** Keeps conversations and the messages on screen up to date; the shell does it for all pages. */
export function useLiveChat(): void {
  const queries = useQueryClient()
  const patch = (group: string, change: (conversation: Conversation) => Conversation): void => {
    queries.setQueryData(conversationsQuery.queryKey, old =>
      old?.map(conversation => (conversation.group === group ? change(conversation) : conversation))
    )
  }
  useEvent('chat', (event: ChatEvent) => {
    if (event.type === 'typing') {
      const { account, on } = event
      return patch(event.group, conversation => {
        const others = conversation.typing.filter(each => each !== account)
        return { ...conversation, typing: on ? [...others, account] : others }
      })
    }
    void queries.invalidateQueries({ queryKey: conversationsQuery.queryKey })
    if (event.type !== 'conversation') void queries.invalidateQueries({ queryKey: messagesQuery(event.group).queryKey })
  })
}

/** Unread messages in all conversations. */
export function useUnread(): number {
  const { data = [] } = useQuery(conversationsQuery)
  return data.reduce((sum, conversation) => sum + conversation.unread, 0)
}
