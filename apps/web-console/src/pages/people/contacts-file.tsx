import { Button, FileButton, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { useContactChange } from './contact-change.ts'

/** All contacts out into a file, or in from one. */
export function ContactsFile() {
  const { t } = useTranslation('people')
  const take = useContactChange(
    (body: File) => client.contacts.import({ body }),
    ({ added, known }) => notifications.show({ color: 'olive', message: t('file.done', { count: added, known }) })
  )
  return (
    <Section title={t('file.title')} intro={t('file.intro')}>
      {take.isError && <ErrorNotice error={take.error} />}
      <Group>
        <Button
          component="a"
          href={client.contacts.export.url({})}
          download="contacts.json"
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          {t('file.save')}
        </Button>
        <FileButton accept="application/json,.json" onChange={file => file && take.mutate(file)}>
          {props => (
            <Button
              {...props}
              variant="default"
              loading={take.isPending}
              leftSection={<IconUpload size={18} aria-hidden />}
            >
              {t('file.take')}
            </Button>
          )}
        </FileButton>
      </Group>
    </Section>
  )
}
