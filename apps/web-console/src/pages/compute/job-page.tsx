import type { Job } from '@borgo/api'
import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconArrowLeft, IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { jobQuery, useLiveJobs } from './compute-queries.ts'
import styles from './compute.module.css'
import { progressState } from './job-state.ts'
import { PartsStrip } from './parts-strip.tsx'
import { isPicture } from './is-picture.ts'
import { Picture } from './picture.tsx'
import { resultUrl } from './result-url.ts'
import { workerColors } from './worker-colors.ts'
import { WorkersTable } from './workers-table.tsx'

export function JobPage() {
  const { t } = useTranslation('compute')
  const { job: id = '' } = useParams()
  const job = useQuery(jobQuery(id))
  useLiveJobs()
  return (
    <>
      <Anchor component={Link} to="/compute" className={styles.back ?? ''}>
        <IconArrowLeft size={16} aria-hidden /> {t('back')}
      </Anchor>
      {job.isPending && <Skeleton height={140} radius="lg" />}
      {job.isError && (
        <>
          <PageHeader title={t('title')} />
          <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />
        </>
      )}
      {job.data && <JobDetail key={id} job={job.data} />}
    </>
  )
}

function JobDetail({ job }: { job: Job }) {
  const { t } = useTranslation('compute')
  const format = useFormat()
  const colors = workerColors(job.workers.map(({ device }) => device))
  const whose = job.local ? t('list.mine') : t('list.by', { name: job.owner ?? job.account })
  return (
    <>
      <PageHeader
        title={job.title}
        intro={`${whose} · ${t('job.range', { from: format.number(job.lo), to: format.number(job.hi - 1) })}`}
        actions={job.local && job.state === 'running' && <Cancel job={job} />}
      />
      <Stack gap="lg">
        <Section title={t('job.progress')}>
          <Stack gap="md">
            <ProgressRow
              label={t(`state.${job.state}`)}
              done={job.done}
              total={job.hi - job.lo}
              state={progressState(job)}
              detail={
                job.finishedAt === undefined
                  ? t('job.done', { done: format.number(job.done), total: format.number(job.hi - job.lo) })
                  : t('job.took', { time: format.duration(job.finishedAt - job.startedAt) })
              }
            />
            {job.local && <PartsStrip job={job} colors={colors} />}
            <Outcome job={job} />
          </Stack>
        </Section>
        {job.local && isPicture(job) && <Picture job={job} />}
        <Section title={t('workers.title')} intro={t('workers.intro')}>
          <WorkersTable job={job} colors={colors} />
        </Section>
      </Stack>
    </>
  )
}

function Cancel({ job: { id: job } }: { job: Job }) {
  const { t } = useTranslation('compute')
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => client.compute.cancel({ params: { job } }),
    onSuccess: next => queries.setQueryData(jobQuery(job).queryKey, next)
  })
  return (
    <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      {t('job.cancel')}
    </Button>
  )
}

/** The result as far as there is one here, or why there is none. */
function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation('compute')
  const format = useFormat()
  if (job.failure)
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={t('job.failed')} role="alert">
        <Text fz="sm">
          {job.failure.code}: {job.failure.text}
        </Text>
      </Alert>
    )
  if (job.state !== 'done') return null
  if (job.sum !== undefined)
    return (
      <div>
        <Text fz="sm" c="dimmed">
          {t('job.sum')}
        </Text>
        <Text fz={32} ff="heading" fw={600} className="tabular" style={{ overflowWrap: 'anywhere' }}>
          {format.number(BigInt(job.sum))}
        </Text>
      </div>
    )
  if (!job.local) return <Text c="dimmed">{t('job.elsewhere')}</Text>
  return (
    <Group>
      <Button component="a" href={resultUrl(job)} download leftSection={<IconDownload size={18} />} variant="default">
        {t('job.download')}
      </Button>
    </Group>
  )
}
