import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconEyeOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { Words } from './words.tsx'

/** The 24 words, shown once one has looked around. */
export function RecoveryWords({ isEncrypted }: { isEncrypted: boolean }) {
  const { t } = useTranslation(['people', 'components'])
  const [isOpen, dialog] = useDisclosure(false)
  return (
    <Section title={t('words.title')} intro={t('words.intro')}>
      <div>
        <Button variant="default" onClick={dialog.open}>
          {t('words.open')}
        </Button>
      </div>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={t('words.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('components:close') }}
      >
        <Reveal isEncrypted={isEncrypted} onDone={dialog.close} />
      </Modal>
    </Section>
  )
}

/** What it shows is forgotten with it. */
function Reveal({ isEncrypted, onDone }: { isEncrypted: boolean; onDone: () => void }) {
  const { t } = useTranslation(['people', 'components'])
  const [passphrase, setPassphrase] = useState('')
  const reveal = useMutation({
    mutationFn: () => client.recovery.words({ body: isEncrypted ? { passphrase } : {} }),
    gcTime: 0
  })
  if (reveal.data)
    return (
      <Stack>
        <Text>{t('words.write')}</Text>
        <Words words={reveal.data.words.split(' ')} label={t('words.title')} />
        <Text fz="sm" c="dimmed">
          {t('words.keep')}
        </Text>
        <Group justify="flex-end">
          <Button onClick={onDone}>{t('words.done')}</Button>
        </Group>
      </Stack>
    )
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        reveal.mutate()
      }}
    >
      <Stack>
        <Alert color="lamp" icon={<IconEyeOff aria-hidden />} title={t('words.alone')}>
          {t('words.warning')}
        </Alert>
        {isEncrypted && (
          <PasswordInput
            label={t('passphrase.current')}
            value={passphrase}
            onChange={event => setPassphrase(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
          />
        )}
        {reveal.isError && <ErrorNotice error={reveal.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone} data-autofocus={isEncrypted ? undefined : true}>
            {t('components:cancel')}
          </Button>
          <Button type="submit" loading={reveal.isPending} disabled={isEncrypted && passphrase === ''}>
            {t('words.show')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
