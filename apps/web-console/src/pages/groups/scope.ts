import type { GroupScope } from '@borgo/api'
import { queryOptions } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useFormat } from '../../i18n/format.ts'

/** Which contents of a group this node fetches by itself. */
export const scopeQuery = (group: string) =>
  queryOptions({
    queryKey: ['groups', group, 'scope'],
    queryFn: ({ signal }) => client.groups.scope({ params: { group }, signal })
  })

/** In a sentence. */
export function useScopeText(): (scope: GroupScope) => string {
  const { t } = useTranslation('groups')
  const format = useFormat()
  return ({ kinds, maxAgeMs }) => {
    const age = maxAgeMs === undefined ? '' : format.duration(maxAgeMs)
    const names = kinds?.join(', ') ?? ''
    if (kinds && maxAgeMs !== undefined) return t('keep.both', { age, kinds: names })
    if (kinds) return t('keep.someKinds', { kinds: names })
    return maxAgeMs === undefined ? t('keep.all') : t('keep.someAge', { age })
  }
}
