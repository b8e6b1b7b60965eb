import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { ContentEvent, Transfer, TransferEvent } from '@borgo/api'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** Who has something changes without an event, ms. */
const HOLDERS_INTERVAL_MS = 10_000

/** What is published to a group, newest first. */
export function contentQuery(group: string) {
  return queryOptions({
    queryKey: ['content', 'list', group],
    queryFn: ({ signal }) => client.content.list({ params: { group }, signal })
  })
}

export function holdersQuery(group: string, cid: string) {
  return queryOptions({
    queryKey: ['content', 'holders', group, cid],
    queryFn: ({ signal }) => client.content.holders({ params: { group, cid }, signal }),
    refetchInterval: HOLDERS_INTERVAL_MS
  })
}

/** The files of a content; an error until their list is on this node. */
export function filesQuery(group: string, cid: string) {
  return queryOptions({
    queryKey: ['content', 'files', group, cid],
    queryFn: ({ signal }) => client.content.files({ params: { group, cid }, signal })
  })
}

/** Every transfer of this node, newest first. */
export const transfersQuery = queryOptions({
  queryKey: ['content', 'transfers'],
  queryFn: ({ signal }) => client.content.transfers({ signal })
})

/** Keeps what a page of the contents shows up to date; call it once in the page. */
export function useLiveContent(): void {
  const queries = useQueryClient()
  const refresh = async (group: string, cid: string): Promise<void> => {
    const { queryKey } = contentQuery(group)
    await queries.invalidateQueries({ queryKey })
    // Nobody has what was taken back, and asking for it would be an error.
    const isListed = queries.getQueryData(queryKey)?.some(content => content.cid === cid) ?? false
    if (isListed) await queries.invalidateQueries({ queryKey: holdersQuery(group, cid).queryKey })
  }
  useEvent('content', ({ cid, group }: ContentEvent) => void refresh(group, cid))
  useEvent('transfers', (event: TransferEvent) => {
    // Progress comes twice a second, so it is put in place instead of asked for again.
    queries.setQueryData(transfersQuery.queryKey, old => old && merged(old, event))
    if (event.type === 'transfer' && event.transfer.state === 'running') return
    if (event.type === 'transfer') void refresh(event.transfer.group, event.transfer.cid)
    else void queries.invalidateQueries({ queryKey: ['content', 'list'] })
  })
}

function merged(old: Transfer[], event: TransferEvent): Transfer[] {
  if (event.type === 'removed') return old.filter(({ id }) => id !== event.id)
  const { transfer } = event
  const isKnown = old.some(({ id }) => id === transfer.id)
  return isKnown ? old.map(each => (each.id === transfer.id ? transfer : each)) : [transfer, ...old]
}
