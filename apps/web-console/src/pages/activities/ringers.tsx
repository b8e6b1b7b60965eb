import type { Ringers } from '@borgo/api'
import { Select } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'

const WHOSE = ['groups', 'contacts', 'nobody'] as const satisfies Ringers['from'][]

const ringersQuery = queryOptions({
  queryKey: ['ringers'],
  queryFn: ({ signal }) => client.activities.ringers({ signal })
})

/** Whose invitations ring, on all devices of this person. */
export function RingersChoice() {
  const { t } = useTranslation('activities')
  const queries = useQueryClient()
  const ringers = useQuery(ringersQuery)
  const set = useMutation({
    mutationFn: (from: Ringers['from']) => client.activities.setRingers({ body: { from } }),
    onSuccess: now => queries.setQueryData(ringersQuery.queryKey, now)
  })
  useEvent('ringers', now => queries.setQueryData(ringersQuery.queryKey, now))
  if (!ringers.data) return null
  return (
    <>
      <Select
        label={t('ringers.label')}
        description={t('ringers.hint')}
        data={WHOSE.map(whose => ({ value: whose, label: t(`ringers.${whose}`) }))}
        value={set.isPending ? set.variables : ringers.data.from}
        allowDeselect={false}
        onChange={value => {
          const from = WHOSE.find(each => each === value)
          if (from) set.mutate(from)
        }}
        maw="28rem"
      />
      {set.isError && <ErrorNotice error={set.error} />}
    </>
  )
}
