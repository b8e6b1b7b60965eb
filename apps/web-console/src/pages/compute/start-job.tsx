import type { Group, JobTask } from '@borgo/api'
import { Button, Group as Row, Modal, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { jobsQuery } from './compute-queries.ts'
import { ModuleFields, PictureFields, PrimesFields, type ModuleChoice } from './task-fields.tsx'
import { mandelbrotTask, titleOf, type PictureChoice } from './task.ts'

interface StartJobProps {
  /** Those that this person may write in; at least one. */
  groups: Group[]
  isOpen: boolean
  onClose: () => void
}

const KINDS = ['mandelbrot', 'primes', 'module'] as const
type Kind = (typeof KINDS)[number]

/** Asks for a group and what to compute, begins the job and goes there. */
export function StartJob({ groups, isOpen, onClose }: StartJobProps) {
  const { t } = useTranslation(['compute', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [kind, setKind] = useState<Kind>('mandelbrot')
  const [chosen, setChosen] = useState<string>()
  const [hi, setHi] = useState(100_000_000)
  const [picture, setPicture] = useState<PictureChoice>({ view: 'whole', size: '640x480', iterations: 1_000 })
  const [module, setModule] = useState<ModuleChoice>({ file: null, lo: 0, hi: 1_000, bytesPerIndex: 0 })
  const group = chosen ?? groups[0]?.id ?? ''

  const start = useMutation({
    mutationFn: async () => {
      const task = await taskOf(kind, { hi, picture, module })
      return client.compute.start({ body: { group, task, title: titleOf(task, module.file?.name ?? '') } })
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: jobsQuery.queryKey })
      await navigate(`/compute/${id}`)
    }
  })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('start.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          start.mutate()
        }}
      >
        <Stack>
          <Select
            label={t('start.group')}
            description={t('start.groupHint')}
            data={groups.map(each => ({ value: each.id, label: groupLabel(each) }))}
            value={group}
            allowDeselect={false}
            onChange={id => id !== null && setChosen(id)}
          />
          <SegmentedControl
            aria-label={t('start.kind')}
            data={KINDS.map(value => ({ value, label: t(`kind.${value}.label`) }))}
            value={kind}
            onChange={value => setKind(value as Kind)}
            fullWidth
          />
          <Text fz="sm" c="dimmed">
            {t(`kind.${kind}.hint`)}
          </Text>
          {kind === 'primes' && <PrimesFields value={hi} onChange={setHi} />}
          {kind === 'mandelbrot' && <PictureFields value={picture} onChange={setPicture} />}
          {kind === 'module' && <ModuleFields value={module} onChange={setModule} />}
          {start.isError && (
            <>
              <ErrorNotice error={start.error} />
              {kind === 'module' && <Text fz="sm">{t('start.reason', { text: start.error.message })}</Text>}
            </>
          )}
          <Row justify="flex-end">
            <Button type="submit" loading={start.isPending} disabled={kind === 'module' && module.file === null}>
              {t('start.submit')}
            </Button>
          </Row>
        </Stack>
      </form>
    </Modal>
  )
}

async function taskOf(
  kind: Kind,
  { hi, module, picture }: { hi: number; picture: PictureChoice; module: ModuleChoice }
): Promise<JobTask> {
  if (kind === 'primes') return { type: 'primes', hi }
  if (kind === 'mandelbrot') return mandelbrotTask(picture)
  const { hash } = await client.compute.check({ body: module.file ?? new Blob() })
  return {
    type: 'module',
    hash,
    lo: module.lo,
    hi: module.hi,
    ...(module.bytesPerIndex > 0 && { reduce: { kind: 'concat', bytesPerIndex: module.bytesPerIndex } })
  }
}
