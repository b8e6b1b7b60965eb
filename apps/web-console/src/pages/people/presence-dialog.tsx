import type { PresenceSetting } from '@borgo/api'
import { Modal, Radio, Select, SimpleGrid, Skeleton, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FormEnd } from '../../components/form-end.tsx'
import { presenceSettingQuery } from '../../components/presence-queries.ts'

const STATES = [
  'online',
  'busy',
  'on-the-phone',
  'be-right-back',
  'away',
  'out-to-lunch',
  'idle',
  'offline'
] as const satisfies PresenceSetting['state'][]
const AUDIENCES = [
  'nobody',
  'verified',
  'contacts',
  'groups',
  'everyone'
] as const satisfies PresenceSetting['audience'][]
const TEXT_LENGTH = 255

/** Says how one is, and to whom, on all of one's devices. */
export function PresenceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['people', 'components'])
  const setting = useQuery(presenceSettingQuery)
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('presence.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {setting.isPending && <Skeleton height={320} />}
      {setting.isError && <ErrorNotice error={setting.error} onRetry={() => void setting.refetch()} />}
      {setting.data && <PresenceForm now={setting.data} onDone={onClose} />}
    </Modal>
  )
}

function PresenceForm({ now, onDone }: { now: PresenceSetting; onDone: () => void }) {
  const { t } = useTranslation(['people', 'components'])
  const queries = useQueryClient()
  const [{ state, text, audience }, setSetting] = useState(now)
  const set = useMutation({
    mutationFn: (body: PresenceSetting) => client.presence.set({ body }),
    onSuccess: async setting => {
      queries.setQueryData(presenceSettingQuery.queryKey, setting)
      await queries.invalidateQueries({ queryKey: ['presence'] })
      onDone()
    }
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        set.mutate({ state, text: text.trim(), audience })
      }}
    >
      <Stack>
        <Radio.Group
          label={t('presence.state')}
          value={state}
          onChange={value => {
            const next = STATES.find(each => each === value) ?? state
            // What was said of the state before does not hold for another one.
            setSetting(old => ({ ...old, state: next, text: old.text === now.text ? '' : old.text }))
          }}
        >
          <SimpleGrid cols={2} spacing="xs" verticalSpacing="xs" mt={6}>
            {STATES.map(each => (
              <Radio
                key={each}
                value={each}
                label={t(`components:presence.${each}`)}
                data-autofocus={each === state ? true : undefined}
              />
            ))}
          </SimpleGrid>
        </Radio.Group>
        <TextInput
          label={t('presence.text')}
          placeholder={t('presence.example')}
          value={text}
          onChange={event => {
            const { value } = event.currentTarget
            setSetting(old => ({ ...old, text: value }))
          }}
          maxLength={TEXT_LENGTH}
          disabled={state === 'offline'}
        />
        <Select
          label={t('presence.audience')}
          description={t('presence.audienceHint')}
          data={AUDIENCES.map(value => ({ value, label: t(`presence.to.${value}`) }))}
          value={audience}
          allowDeselect={false}
          onChange={value =>
            setSetting(old => ({ ...old, audience: AUDIENCES.find(each => each === value) ?? old.audience }))
          }
        />
        <FormEnd change={set} submit={t('presence.save')} onCancel={onDone} />
      </Stack>
    </form>
  )
}
