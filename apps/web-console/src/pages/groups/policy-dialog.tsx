import type { Group, GroupPolicy } from '@borgo/api'
import { Button, Group as Row, Modal, NumberInput, Radio, Select, Stack, Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useGroupChange } from './group-change.ts'

const DAY_MS = 86_400_000
/** Offered beside what is set, ms. */
const KEY_AGES = [1, 7, 30, 90, 365].map(days => days * DAY_MS)
/** Bounds of the API, records. */
const KEY_RECORDS = { min: 100, max: 2 ** 32 }
const INVITERS = ['owner', 'admin', 'writer', 'reader'] as const

interface PolicyDialogProps {
  group: Group
  isOpen: boolean
  onClose: () => void
}

/** Changes what an owner decides about the group. */
export function PolicyDialog({ group, isOpen, onClose }: PolicyDialogProps) {
  const { t } = useTranslation(['groups', 'components'])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('policy.edit')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <PolicyForm group={group} onDone={onClose} />
    </Modal>
  )
}

function PolicyForm({ group, onDone }: { group: Group; onDone: () => void }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const [policy, setPolicy] = useState(group.policy)
  const { history, inviters, keyAgeMs, keyRecords } = policy
  const set = (change: Partial<GroupPolicy>): void => setPolicy(policy => ({ ...policy, ...change }))
  const save = useGroupChange(() => client.groups.setPolicy({ params: { group: group.id }, body: policy }), onDone)
  const ages = [...new Set([...KEY_AGES, group.policy.keyAgeMs])].toSorted((a, b) => a - b)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack>
        <Switch
          label={t('policy.history')}
          description={t('policy.historyHint')}
          checked={history}
          onChange={event => set({ history: event.currentTarget.checked })}
        />
        <Radio.Group
          label={t('policy.whoInvites')}
          value={inviters}
          onChange={value => set({ inviters: INVITERS.find(each => each === value) ?? inviters })}
        >
          <Stack gap="xs" mt="xs">
            {INVITERS.map(value => (
              <Radio key={value} value={value} label={t(`policy.inviters.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Select
          label={t('policy.keyAge')}
          data={ages.map(age => ({ value: String(age), label: format.duration(age) }))}
          value={String(keyAgeMs)}
          allowDeselect={false}
          onChange={value => value !== null && set({ keyAgeMs: Number(value) })}
        />
        <NumberInput
          label={t('policy.keyRecords')}
          value={keyRecords}
          onChange={value => set({ keyRecords: Number(value) })}
          {...KEY_RECORDS}
          step={1000}
          allowDecimal={false}
        />
        {save.isError && <ErrorNotice error={save.error} />}
        <Row justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('policy.submit')}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
