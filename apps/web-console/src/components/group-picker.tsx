import type { Group } from '@borgo/api'
import { Select, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { ErrorNotice } from './error-notice.tsx'
import { groupLabel } from './group-label.ts'
import { groupsQuery } from './group-queries.ts'
import { NoGroup } from './no-group.tsx'

const PARAMETER = 'group'
const KEY = 'borgo-group'

interface GroupPickerProps {
  /** The page's content for the chosen group. */
  children: (group: Group) => ReactNode
}

/**
 * For pages that work in one group: lets the person choose it and keeps the choice in the address (`?group=`) and for
 * the next page. Without any group it says how to get one.
 */
export function GroupPicker({ children }: GroupPickerProps) {
  const { t } = useTranslation('components')
  const groups = useQuery(groupsQuery)
  const [search, setSearch] = useSearchParams()

  if (groups.isPending) return <Skeleton height={36} maw={320} aria-label={t('loading')} />
  if (groups.isError) return <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />
  const wanted = search.get(PARAMETER) ?? localStorage.getItem(KEY)
  const group = groups.data.find(({ id }) => id === wanted) ?? groups.data[0]
  if (!group) return <NoGroup />
  return (
    <>
      <Select
        label={t('group')}
        data={groups.data.map(entry => ({ value: entry.id, label: groupLabel(entry) }))}
        value={group.id}
        allowDeselect={false}
        onChange={id => {
          if (id === null) return
          localStorage.setItem(KEY, id)
          setSearch({ [PARAMETER]: id })
        }}
        maw={320}
        mb="lg"
      />
      {children(group)}
    </>
  )
}
