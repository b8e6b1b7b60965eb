import { Button, PasswordInput, Stack } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { agreed, NewPassphrase, NOTHING_TYPED } from './new-passphrase.tsx'
import { saveAs } from './save-as.ts'

/** The account's key in a file, under a passphrase of its own. */
export function RecoveryFile({ isEncrypted }: { isEncrypted: boolean }) {
  const { t } = useTranslation('people')
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [passphrase, setPassphrase] = useState('')
  const secret = agreed(typed)
  const make = useMutation({
    mutationFn: async (secret: string) => {
      const response = await client.recovery.file({ body: { secret, ...(isEncrypted && { passphrase }) } })
      saveAs('borgo-recovery.json', await response.blob())
    },
    gcTime: 0,
    onSuccess: () => {
      setTyped(NOTHING_TYPED)
      setPassphrase('')
    }
  })
  return (
    <Section title={t('recoveryFile.title')} intro={t('recoveryFile.intro')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (secret !== undefined) make.mutate(secret)
        }}
      >
        <Stack align="stretch">
          <NewPassphrase
            label={t('recoveryFile.secret')}
            hint={t('recoveryFile.hint')}
            value={typed}
            onChange={setTyped}
          />
          {isEncrypted && (
            <PasswordInput
              label={t('passphrase.current')}
              value={passphrase}
              onChange={event => setPassphrase(event.currentTarget.value)}
              autoComplete="current-password"
              maw="24rem"
            />
          )}
          {make.isError && <ErrorNotice error={make.error} />}
          <div>
            <Button
              type="submit"
              variant="default"
              leftSection={<IconDownload size={18} aria-hidden />}
              loading={make.isPending}
              disabled={secret === undefined || (isEncrypted && passphrase === '')}
            >
              {t('recoveryFile.submit')}
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  )
}
