import type { Group, Job } from '@borgo/api'
import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { groupLabel } from '../../components/group-label.ts'
import { ProgressRow } from '../../components/progress-row.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import styles from './compute.module.css'
import { progressState } from './job-state.ts'

/** Every job: what it is, whose, where, how far. */
export function JobList({ jobs, groups }: { jobs: Job[]; groups: Group[] }) {
  const { t } = useTranslation('compute')
  return (
    <Section title={t('list.title')}>
      <Stack component="ul" gap="xs" className={styles.plain ?? ''}>
        {jobs.map(job => (
          <li key={job.id}>
            <Link to={`/compute/${job.id}`} className={styles.entry ?? ''}>
              <ProgressRow
                label={job.title}
                done={job.done}
                total={job.hi - job.lo}
                state={progressState(job)}
                detail={<Details job={job} group={groups.find(({ id }) => id === job.group)} />}
              />
            </Link>
          </li>
        ))}
      </Stack>
    </Section>
  )
}

function Details({ job, group }: { job: Job; group: Group | undefined }) {
  const { t } = useTranslation('compute')
  const whose = job.local ? t('list.mine') : t('list.by', { name: job.owner ?? job.account })
  return (
    <>
      {t(`state.${job.state}`)} · {whose}
      {group && ` · ${groupLabel(group)}`} · <RelativeTime at={job.startedAt} />
    </>
  )
}
