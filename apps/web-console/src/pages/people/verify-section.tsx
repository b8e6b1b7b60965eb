import type { Contact } from '@borgo/api'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { contactLabel } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { useContactChange } from './contact-change.ts'
import { Words } from './words.tsx'

/** The words that both see; who says that they are the same knows that nobody stands in between. */
export function VerifySection({ contact }: { contact: Contact }) {
  const { t } = useTranslation('people')
  const { account, verified, words } = contact
  const verify = useContactChange((verified: boolean) =>
    client.contacts.edit({ params: { account }, body: { verified } })
  )
  return (
    <Section
      title={t('verify.title')}
      actions={
        verified && (
          <Badge color="olive" leftSection={<IconShieldCheck size={14} aria-hidden />}>
            {t('verified')}
          </Badge>
        )
      }
    >
      <Stack>
        <Text>{t(verified ? 'verify.done' : 'verify.body', { name: contactLabel(contact) })}</Text>
        <Words words={words} label={t('verify.words')} />
        {verify.isError && <ErrorNotice error={verify.error} />}
        <Group justify="flex-end">
          {verified ? (
            <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate(false)}>
              {t('verify.undo')}
            </Button>
          ) : (
            <Button loading={verify.isPending} onClick={() => verify.mutate(true)}>
              {t('verify.submit')}
            </Button>
          )}
        </Group>
        {!verified && (
          <Text fz="sm" c="dimmed">
            {t('verify.differ')}
          </Text>
        )}
      </Stack>
    </Section>
  )
}
