import type { NameRecord } from '@borgo/api'
import { Badge } from '@mantine/core'
import { IconNetwork, IconUsersGroup, IconWorld } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'

const ICONS = { link: IconNetwork, group: IconUsersGroup, global: IconWorld }

/** Where a name is known. */
export function PlaceBadge({ scope, group }: Pick<NameRecord, 'scope' | 'group'>) {
  const { t } = useTranslation('names')
  const { data: groups = [] } = useQuery(groupsQuery)
  const Icon = ICONS[scope]
  const known = groups.find(({ id }) => id === group)
  return (
    <Badge color="gray" leftSection={<Icon size={14} aria-hidden />}>
      {scope === 'group' && known ? groupLabel(known) : t(`scope.${scope}`)}
    </Badge>
  )
}
