import type { ComputeEvent, Job } from '@borgo/api'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { Section } from '../../components/section.tsx'
import styles from './compute.module.css'
import { Painter } from './painter.ts'

const PIXEL_BYTES = 4

/** The picture that a job paints, filling in as parts come. Rows that are not there yet are transparent. */
export function Picture({ job }: { job: Job }) {
  const { t } = useTranslation('compute')
  const canvas = useRef<HTMLCanvasElement>(null)
  const painter = useRef<Painter>(null)
  const { hi, id, lo, reduce, state } = job
  const width = reduce.kind === 'concat' ? reduce.bytesPerIndex / PIXEL_BYTES : 1

  // Again when the job is over: events may have been missed.
  useEffect(() => {
    if (!canvas.current) return
    const begun = new Painter(canvas.current, width)
    begun.paint(0, signal => client.compute.result({ params: { job: id }, signal }))
    painter.current = begun
    return () => begun.stop()
  }, [id, state, width])
  useEvent('compute', (event: ComputeEvent) => {
    if (event.type !== 'part' || event.job !== id) return
    painter.current?.paint(event.lo - lo, signal => client.compute.part({ params: { job: id, lo: event.lo }, signal }))
  })

  return (
    <Section title={t('picture.title')}>
      <canvas
        ref={canvas}
        width={width}
        height={hi - lo}
        className={styles.picture ?? ''}
        role="img"
        aria-label={t('picture.label', { title: job.title })}
      />
    </Section>
  )
}
