import type { Job } from '@borgo/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import styles from './compute.module.css'
import { partsQuery } from './compute-queries.ts'

/** The whole range as a strip: what is there in the colour of who computed it, what runs hatched in theirs. */
export function PartsStrip({ job, colors }: { job: Job; colors: ReadonlyMap<string, string> }) {
  const { t } = useTranslation('compute')
  const { data: parts = [] } = useQuery(partsQuery(job.id))
  const total = job.hi - job.lo
  const place = ({ lo, hi }: { lo: number; hi: number }) => ({
    x: `${(100 * (lo - job.lo)) / total}%`,
    width: `${(100 * (hi - lo)) / total}%`
  })
  return (
    <svg className={styles.strip} role="img" aria-label={t('job.strip', { count: parts.length })}>
      <rect width="100%" height="100%" className={styles.stripGround} />
      {job.workers.flatMap(({ device, running }) =>
        running.map(span => (
          <rect key={`${device} ${span.lo}`} {...place(span)} height="100%" fill={colors.get(device)} opacity={0.35} />
        ))
      )}
      {parts.map(part => (
        <rect key={part.lo} {...place(part)} height="100%" fill={colors.get(part.worker)} />
      ))}
    </svg>
  )
}
