import type { Job, JobWorker } from '@borgo/api'
import { Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import styles from './compute.module.css'

/** Who works on a job, with what share and speed. */
export function WorkersTable({ job, colors }: { job: Job; colors: ReadonlyMap<string, string> }) {
  const { t } = useTranslation('compute')
  const isAlone = job.state === 'running' && job.local && !job.workers.some(({ self, slots }) => !self && slots > 0)
  return (
    <>
      {job.workers.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t('workers.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('workers.who')}</Table.Th>
              <Table.Th>{t('workers.parts')}</Table.Th>
              <Table.Th>{t('workers.share')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('workers.speed')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('workers.now')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {job.workers.map(worker => (
              <WorkerRow key={worker.device} worker={worker} job={job} color={colors.get(worker.device)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {isAlone && (
        <Text fz="sm" c="dimmed" mt="sm">
          {t('workers.alone')}
        </Text>
      )}
    </>
  )
}

function WorkerRow({ worker, job, color }: { worker: JobWorker; job: Job; color: string | undefined }) {
  const { t } = useTranslation('compute')
  const format = useFormat()
  const { device, indices, name, parts, refusal, running, self, slots, speed } = worker
  const doing = (): string => {
    if (refusal) return t('workers.refuses', { text: refusal.text })
    if (running.length > 0) return t('workers.running', { count: running.length })
    return slots === 0 && job.state === 'running' ? t('workers.away') : ''
  }
  return (
    <Table.Tr>
      <Table.Td>
        <span className={styles.swatch} style={{ background: color }} aria-hidden />
        {self ? t('workers.self') : (name ?? device)}
      </Table.Td>
      <Table.Td className="tabular">{format.number(parts)}</Table.Td>
      <Table.Td className="tabular">{format.percent(indices / (job.hi - job.lo))}</Table.Td>
      <Table.Td className="tabular" visibleFrom="sm">
        {speed === undefined ? '' : t('workers.perSecond', { number: format.number(Number(speed.toPrecision(3))) })}
      </Table.Td>
      <Table.Td visibleFrom="sm">{doing()}</Table.Td>
    </Table.Tr>
  )
}
