import type { Activity } from '@borgo/api'
import { Badge, Button, Code, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { base64Of, bytesIn, textIn } from '../../components/base64.ts'
import { ByteSize } from '../../components/byte-size.tsx'
import { contactLabel, contactsQuery } from '../../components/contact-queries.ts'
import { DATA_BYTES } from '../../components/data-limit.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useDirectConversation } from '../chat/new-conversation.tsx'
import styles from './activities.module.css'
import { useActivityChange, useAnswer } from './activity-queries.ts'

const MESSAGE_LENGTH = 1_000
const COLORS = {
  ringing: 'lamp',
  accepted: 'olive',
  declined: 'red',
  cancelled: 'gray',
  expired: 'gray'
} as const satisfies Record<Activity['state'], string>

/** Invitations with who, what, how far it is, and what can be done; nothing where there are none. */
export function ActivityList({ title, activities }: { title: string; activities: Activity[] }) {
  if (activities.length === 0) return null
  return (
    <Section title={title}>
      <ul className={rows.rows} aria-label={title}>
        {activities.map(activity => (
          <li key={activity.id}>
            <Row activity={activity} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Row({ activity }: { activity: Activity }) {
  const { t } = useTranslation('activities')
  const { data: contacts = [] } = useQuery(contactsQuery)
  const { account, answer, app, at, data, expiresAt, message, mine, state } = activity
  const contact = contacts.find(one => one.account === account)
  const name = contact ? contactLabel(contact) : activity.name
  return (
    <Stack gap="xs" align="stretch">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <PeerName
          id={account}
          name={name}
          size={40}
          detail={
            <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {t(mine ? 'invited' : 'invitedYou', { app })} <RelativeTime at={at} />
              {state === 'ringing' && (
                <>
                  {` · ${t('until')} `}
                  <RelativeTime at={expiresAt} />
                </>
              )}
            </Text>
          }
        />
        <Badge color={COLORS[state]}>{t(`state.${state}`)}</Badge>
      </Group>
      {message !== '' && <Text className={styles.said}>{message}</Text>}
      <Payload data={data} />
      {answer && answer.message !== '' && (
        <Text className={styles.said} c="dimmed">
          {t(mine === (state === 'cancelled') ? 'youSaid' : 'theySaid', { text: answer.message })}
        </Text>
      )}
      {answer && <Payload data={answer.data} />}
      <div className={styles.said}>
        {state === 'ringing' &&
          (mine ? <TakeBack activity={{ ...activity, name }} /> : <AnswerForm activity={{ ...activity, name }} />)}
        {state === 'accepted' && <Write account={account} name={name} />}
      </div>
    </Stack>
  )
}

/** What the program needs: as text where it is one, else how much. */
function Payload({ data }: { data: string }) {
  const { t } = useTranslation('activities')
  if (data === '') return null
  const text = textIn(data)
  return (
    <Text fz="sm" c="dimmed" component="div" className={styles.said} lineClamp={3}>
      {t('data')} {text === undefined ? <ByteSize bytes={bytesIn(data).length} /> : <Code>{text}</Code>}
    </Text>
  )
}

function AnswerForm({ activity: { id, app, name } }: { activity: Activity }) {
  const { t } = useTranslation('activities')
  const [message, setMessage] = useState('')
  const [payload, setPayload] = useState<string>()
  const answer = useAnswer()
  const data = new TextEncoder().encode(payload)
  const isTooLong = data.length > DATA_BYTES
  const say = (isYes: boolean): void =>
    answer.mutate({ id, isYes, message: message.trim(), ...(data.length > 0 && { data: base64Of(data) }) })
  return (
    <Stack gap="xs" align="stretch">
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('answer')}
          value={message}
          onChange={event => setMessage(event.currentTarget.value)}
          maxLength={MESSAGE_LENGTH}
          flex="1 1 16rem"
        />
        <Button
          variant="default"
          disabled={answer.isPending || isTooLong}
          onClick={() => say(false)}
          aria-label={t('declineName', { name, app })}
        >
          {t('decline')}
        </Button>
        <Button
          disabled={answer.isPending || isTooLong}
          onClick={() => say(true)}
          aria-label={t('acceptName', { name, app })}
        >
          {t('accept')}
        </Button>
      </Group>
      {payload === undefined ? (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => setPayload('')}
          aria-label={t('addDataName', { name, app })}
        >
          {t('addData')}
        </Button>
      ) : (
        <Textarea
          label={t('invite.data')}
          description={t('answerDataHint')}
          value={payload}
          onChange={event => setPayload(event.currentTarget.value)}
          error={isTooLong && t('invite.tooLong')}
          autosize
          maxRows={4}
          spellCheck={false}
          autoFocus
        />
      )}
      {answer.isError && <ErrorNotice error={answer.error} />}
    </Stack>
  )
}

function TakeBack({ activity: { id, app, name } }: { activity: Activity }) {
  const { t } = useTranslation('activities')
  const cancel = useActivityChange((id: string) => client.activities.cancel({ params: { id }, body: {} }))
  return (
    <>
      {cancel.isError && <ErrorNotice error={cancel.error} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={cancel.isPending}
        onClick={() => cancel.mutate(id)}
        aria-label={t('cancelName', { name, app })}
      >
        {t('cancel')}
      </Button>
    </>
  )
}

/** Who agreed talks about the rest. */
function Write({ account, name }: { account: string; name: string }) {
  const { t } = useTranslation('activities')
  const direct = useDirectConversation()
  return (
    <>
      {direct.isError && <ErrorNotice error={direct.error} />}
      <Button size="compact-sm" variant="default" loading={direct.isPending} onClick={() => direct.mutate(account)}>
        {t('write', { name })}
      </Button>
    </>
  )
}
