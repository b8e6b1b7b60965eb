import type { Contact } from '@borgo/api'
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { useContactChange } from './contact-change.ts'

/** Bounds of the API, characters. */
const NICKNAME_LENGTH = 255
const NOTE_LENGTH = 4_000

/** What this person calls the other and remembers of them; nobody else sees it. */
export function RemarkSection({ contact }: { contact: Contact }) {
  const { t } = useTranslation('people')
  const { account, nickname = '', note } = contact
  return (
    <Section title={t('remark.title')} intro={t('remark.intro')}>
      {/* What was changed on another device begins the form anew. */}
      <RemarkForm key={`${nickname}\n${note}`} account={account} name={contact.name} now={{ nickname, note }} />
    </Section>
  )
}

interface RemarkFormProps {
  account: string
  name: string
  now: { nickname: string; note: string }
}

function RemarkForm({ account, name, now }: RemarkFormProps) {
  const { t } = useTranslation('people')
  const [nickname, setNickname] = useState(now.nickname)
  const [note, setNote] = useState(now.note)
  const save = useContactChange(() =>
    client.contacts.edit({ params: { account }, body: { nickname: nickname.trim(), note: note.trim() } })
  )
  const isChanged = nickname.trim() !== now.nickname || note.trim() !== now.note
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack>
        <TextInput
          label={t('remark.nickname')}
          placeholder={name}
          value={nickname}
          onChange={event => setNickname(event.currentTarget.value)}
          maxLength={NICKNAME_LENGTH}
          maw="24rem"
        />
        <Textarea
          label={t('remark.note')}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
          maxLength={NOTE_LENGTH}
          autosize
          minRows={2}
          maxRows={10}
        />
        {save.isError && <ErrorNotice error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={save.isPending} disabled={!isChanged}>
            {t('remark.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
