import { Autocomplete, Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { base64Of } from '../../components/base64.ts'
import { DATA_BYTES, isLabel } from '../../components/data-limit.ts'
import { FormEnd } from '../../components/form-end.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { useFormat } from '../../i18n/format.ts'
import { appsOfQuery } from '../shown/shown-queries.ts'
import { useActivityChange } from './activity-queries.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const WAITS_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS] as const
const MESSAGE_LENGTH = 1_000

interface InviteDialogProps {
  /** An account that is chosen already. */
  who: string | undefined
  /** The app's id, or empty. */
  to: string
  onClose: () => void
}

/** Invites somebody to do something together. */
export function InviteDialog({ who, to, onClose }: InviteDialogProps) {
  const { t } = useTranslation(['activities', 'components'])
  const people = useKnownPeople()
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('invite.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {people.length === 0 ? (
        <Stack>
          <Text>{t('invite.nobody')}</Text>
          <Group justify="flex-end">
            <Button component={Link} to="/people?do=add">
              {t('invite.add')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <InviteForm who={who} to={to} onDone={onClose} />
      )}
    </Modal>
  )
}

interface InviteFormProps {
  who: string | undefined
  to: string
  onDone: () => void
}

function InviteForm({ who, to, onDone }: InviteFormProps) {
  const { t } = useTranslation('activities')
  const format = useFormat()
  const people = useKnownPeople()
  const [account, setAccount] = useState(who ?? null)
  const [app, setApp] = useState(to)
  const [message, setMessage] = useState('')
  const [payload, setPayload] = useState('')
  const [waitMs, setWaitMs] = useState<number>(DAY_MS)
  const apps = useQuery({ ...appsOfQuery(account ?? ''), enabled: account !== null })
  const data = new TextEncoder().encode(payload)
  const invite = useActivityChange(
    (invited: string) =>
      client.activities.invite({
        body: { account: invited, app: app.trim(), message: message.trim(), data: base64Of(data), expiresInMs: waitMs }
      }),
    ({ name }) => {
      notifications.show({ color: 'olive', message: t('invite.done', { name }) })
      onDone()
    }
  )
  const isTooLong = data.length > DATA_BYTES
  const isBadApp = app.trim() !== '' && !isLabel(app.trim())
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (account !== null) invite.mutate(account)
      }}
    >
      <Stack>
        <Select
          label={t('invite.who')}
          data={people.map(({ account, name }) => ({ value: account, label: name }))}
          value={account}
          onChange={setAccount}
          searchable
          openOnFocus={false}
          nothingFoundMessage={t('invite.nobodyFound')}
          data-autofocus={who === undefined ? true : undefined}
        />
        <Autocomplete
          label={t('invite.app')}
          description={t('invite.appHint')}
          placeholder={t('invite.example')}
          data={apps.data?.map(({ id }) => id) ?? []}
          value={app}
          onChange={setApp}
          error={isBadApp && t('invite.badApp')}
          data-autofocus={who === undefined ? undefined : true}
        />
        <Textarea
          label={t('invite.message')}
          value={message}
          onChange={event => setMessage(event.currentTarget.value)}
          maxLength={MESSAGE_LENGTH}
          autosize
          minRows={2}
          maxRows={6}
        />
        <Textarea
          label={t('invite.data')}
          description={t('invite.dataHint')}
          value={payload}
          onChange={event => setPayload(event.currentTarget.value)}
          error={isTooLong && t('invite.tooLong')}
          autosize
          maxRows={4}
          spellCheck={false}
        />
        <Select
          label={t('invite.waits')}
          description={t('invite.waitsHint')}
          data={WAITS_MS.map(ms => ({ value: String(ms), label: format.duration(ms) }))}
          value={String(waitMs)}
          allowDeselect={false}
          onChange={value => setWaitMs(Number(value))}
        />
        <FormEnd
          change={invite}
          submit={t('invite.submit')}
          disabled={account === null || app.trim() === '' || isBadApp || isTooLong}
          onCancel={onDone}
        />
      </Stack>
    </form>
  )
}
