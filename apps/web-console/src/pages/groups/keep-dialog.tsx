import type { Group, GroupScope } from '@borgo/api'
import { Button, Group as Row, Modal, Select, Skeleton, Stack, TagsInput, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupStorageQuery } from '../../components/group-storage-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { scopeQuery } from './scope.ts'

const DAY_MS = 86_400_000
/** Offered beside what is set, ms. */
const AGES = [1, 7, 30, 90, 365].map(days => days * DAY_MS)
const ANY_AGE = ''
/** What the plugins of this node write; others can be typed. */
const KINDS = ['rtc/message', 'collab/post', 'collab/document', 'distribution/content', 'compute/result']

interface KeepDialogProps {
  group: Group
  isOpen: boolean
  onClose: () => void
}

/** Changes which contents of a group this node fetches by itself. */
export function KeepDialog({ group, isOpen, onClose }: KeepDialogProps) {
  const { t } = useTranslation(['groups', 'components'])
  const scope = useQuery(scopeQuery(group.id))
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('keep.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {scope.isPending && <Skeleton height={120} />}
      {scope.isError && <ErrorNotice error={scope.error} onRetry={() => void scope.refetch()} />}
      {scope.data && <KeepForm group={group} scope={scope.data} onDone={onClose} />}
    </Modal>
  )
}

function KeepForm({ group, scope, onDone }: { group: Group; scope: GroupScope; onDone: () => void }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const queries = useQueryClient()
  const [age, setAge] = useState(scope.maxAgeMs)
  const [kinds, setKinds] = useState(scope.kinds ?? [])
  const save = useMutation({
    mutationFn: () =>
      client.groups.setScope({
        params: { group: group.id },
        body: { ...(age !== undefined && { maxAgeMs: age }), ...(kinds.length > 0 && { kinds }) }
      }),
    onSuccess: async saved => {
      queries.setQueryData(scopeQuery(group.id).queryKey, saved)
      await queries.invalidateQueries({ queryKey: groupStorageQuery(group.id).queryKey })
      onDone()
    }
  })
  const ages = [...new Set([...AGES, ...(scope.maxAgeMs === undefined ? [] : [scope.maxAgeMs])])]
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack>
        <Text fz="sm">{t('keep.intro')}</Text>
        <Select
          label={t('keep.age')}
          data={[
            { value: ANY_AGE, label: t('keep.anyAge') },
            ...ages.toSorted((a, b) => a - b).map(ms => ({ value: String(ms), label: format.duration(ms) }))
          ]}
          value={age === undefined ? ANY_AGE : String(age)}
          allowDeselect={false}
          onChange={value => setAge(value === ANY_AGE || value === null ? undefined : Number(value))}
        />
        <TagsInput
          label={t('keep.kinds')}
          description={t('keep.kindsHint')}
          data={KINDS}
          value={kinds}
          onChange={setKinds}
          maxTags={64}
          clearable
          clearButtonProps={{ 'aria-label': t('keep.clear') }}
        />
        {save.isError && <ErrorNotice error={save.error} />}
        <Row justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('keep.submit')}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
