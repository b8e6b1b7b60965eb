import type { Budget, BudgetKey, BudgetState } from '@borgo/api'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { peersQuery } from '../overview/peer-queries.ts'

export const budgetsQuery = queryOptions({
  queryKey: ['budgets'],
  queryFn: ({ signal }) => client.budgets.list({ signal })
})

/** Follows what is set and what is used, which the node tells every second. */
export function useLiveBudgets(): void {
  const queries = useQueryClient()
  useEvent('budgets', states => queries.setQueryData(budgetsQuery.queryKey, states))
}

/** Sets or clears; what comes back is what holds from then on. */
export function useBudgetChange<T extends Budget | BudgetKey>(
  change: (body: T) => Promise<BudgetState[]>,
  onDone?: () => void
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: states => {
      queries.setQueryData(budgetsQuery.queryKey, states)
      onDone?.()
    }
  })
}

/** What identifies a limit. */
export const keyOf = ({ of, id, resource, when }: BudgetKey): BudgetKey => ({
  of,
  resource,
  ...(id !== undefined && { id }),
  ...(when !== undefined && { when })
})

/** Characters of an id that tell it apart. */
const TAIL = 6

/** Names of groups, and of people and devices as far as they are members or connected. */
export function useNames(): (id: string) => string {
  const { t } = useTranslation('admin')
  const { data: groups = [] } = useQuery(groupsQuery)
  const { data: peers = [] } = useQuery(peersQuery)
  return id => {
    const group = groups.find(each => each.id === id)
    if (group) return groupLabel(group)
    const member = groups
      .flatMap(({ members }) => members)
      .find(({ account, devices }) => account === id || devices.includes(id))
    const name = member?.name ?? peers.find(({ device }) => device === id)?.name
    if (name === undefined) return id.length > 2 * TAIL ? `…${id.slice(-TAIL)}` : id
    return id === member?.account ? name : t('deviceOf', { name, tail: id.slice(-TAIL) })
  }
}
