import { Button, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { useDeviceChange } from './device-queries.ts'

const LABEL_LENGTH = 64

/** On a new node: takes the link that was made on another device of the same person. */
export function JoinAccount() {
  const { t } = useTranslation('people')
  const [link, setLink] = useState('')
  const [name, setName] = useState('')
  const label = name.trim()
  const open = useDeviceChange((link: string) =>
    client.devices.open({ body: { link, ...(label !== '' && { label }) } })
  )
  // A link that went through a mail or a chat may have been broken over lines.
  const given = link.replace(/\s/g, '')
  return (
    <Section title={t('join.title')} intro={t('join.intro')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') open.mutate(given)
        }}
      >
        <Stack align="stretch">
          <TextInput
            label={t('join.link')}
            description={t('join.hint')}
            value={link}
            onChange={event => setLink(event.currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <TextInput
            label={t('devices.label')}
            description={t('join.labelHint')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            maxLength={LABEL_LENGTH}
            autoComplete="off"
            maw="24rem"
          />
          {open.isError && <ErrorNotice error={open.error} />}
          <div>
            <Button type="submit" loading={open.isPending} disabled={given === ''}>
              {t('join.submit')}
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  )
}
