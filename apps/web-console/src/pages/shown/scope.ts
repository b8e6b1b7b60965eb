import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'

const FIXED = ['contacts', 'link', 'all'] as const

/** Those whom something can be shown to: value and words, for a choice. */
export function useScopes(): { value: string; label: string }[] {
  const { t } = useTranslation('shown')
  const { data: groups = [] } = useQuery(groupsQuery)
  return [
    ...FIXED.map(value => ({ value, label: t(`scope.${value}`) })),
    ...groups.map(group => ({
      value: group.id,
      label: t(group.kind === 'direct' ? 'scope.person' : 'scope.group', { name: groupLabel(group) })
    }))
  ]
}

/** In words, whom something is shown to. */
export function useScopeLabel(): (scope: string) => string {
  const { t } = useTranslation('shown')
  const scopes = useScopes()
  return scope => scopes.find(({ value }) => value === scope)?.label ?? t('scope.gone')
}
