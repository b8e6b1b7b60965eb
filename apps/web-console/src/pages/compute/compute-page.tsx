import { Button, Skeleton, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupsQuery } from '../../components/group-queries.ts'
import { mayWrite } from '../../components/may-write.ts'
import { NoGroup } from '../../components/no-group.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { jobsQuery, useLiveJobs } from './compute-queries.ts'
import { JobList } from './job-list.tsx'
import { SharingSection } from './sharing-section.tsx'
import { StartJob } from './start-job.tsx'

export function ComputePage() {
  const { t } = useTranslation('compute')
  const groups = useQuery(groupsQuery)
  const jobs = useQuery(jobsQuery)
  useLiveJobs()
  // In the address, so that the palette and other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const writable = groups.data?.filter(mayWrite) ?? []
  const start = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setSearch({ do: 'start' })}>
      {t('start.open')}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        intro={t('intro')}
        actions={jobs.data?.length !== 0 && writable.length > 0 && start}
      />
      <Stack gap="lg">
        {(jobs.isPending || groups.isPending) && <Skeleton height={140} radius="lg" />}
        {jobs.isError && <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />}
        {groups.isSuccess && jobs.data?.length === 0 && writable.length > 0 && (
          <EmptyState title={t('empty.title')} actions={start}>
            {t('empty.body')}
          </EmptyState>
        )}
        {groups.isSuccess && jobs.data?.length === 0 && writable.length === 0 && <NoGroup>{t('noGroup')}</NoGroup>}
        {jobs.data && jobs.data.length > 0 && <JobList jobs={jobs.data} groups={groups.data ?? []} />}
        <SharingSection />
      </Stack>
      {writable.length > 0 && (
        <StartJob
          groups={writable}
          isOpen={search.get('do') === 'start'}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </>
  )
}
