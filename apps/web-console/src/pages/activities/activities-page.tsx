import { Button, Skeleton } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PeoplePage } from '../people/people-page.tsx'
import { activitiesQuery } from './activity-queries.ts'
import { ActivityList } from './activity-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { RingersChoice } from './ringers.tsx'

/** Invitations to do something together: open ones, and how the others ended. */
export function ActivitiesPage() {
  const { t } = useTranslation('activities')
  const activities = useQuery(activitiesQuery)
  // In the address, so that other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const invite = (
    <Button leftSection={<IconBell size={18} />} onClick={() => setSearch({ do: 'invite' })}>
      {t('invite.open')}
    </Button>
  )
  const open = activities.data?.filter(({ state }) => state === 'ringing') ?? []
  const over = activities.data?.filter(({ state }) => state !== 'ringing') ?? []
  const isEmpty = activities.data?.length === 0
  return (
    <PeoplePage title={t('title')} intro={t('intro')} actions={!isEmpty && invite}>
      {activities.isPending && <Skeleton height={140} radius="lg" />}
      {activities.isError && <ErrorNotice error={activities.error} onRetry={() => void activities.refetch()} />}
      {isEmpty && (
        <EmptyState title={t('empty.title')} actions={invite}>
          {t('empty.body')}
        </EmptyState>
      )}
      <ActivityList title={t('open')} activities={open} />
      <ActivityList title={t('over')} activities={over} />
      <RingersChoice />
      {search.get('do') === 'invite' && (
        <InviteDialog
          who={search.get('who') ?? undefined}
          to={search.get('app') ?? ''}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </PeoplePage>
  )
}
