import { Alert, Badge, Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { keyFileQuery } from './key-queries.ts'
import { agreed, NewPassphrase, NOTHING_TYPED } from './new-passphrase.tsx'

/** Sets, changes or removes the passphrase that this node asks for when it starts. */
export function PassphraseSection({ isEncrypted }: { isEncrypted: boolean }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [current, setCurrent] = useState('')
  const [isAsking, asking] = useDisclosure(false)
  const passphrase = agreed(typed)
  const change = useMutation({
    mutationFn: (passphrase: string | undefined) =>
      passphrase === undefined
        ? client.recovery.removePassphrase({ body: { current } })
        : client.recovery.setPassphrase({ body: { passphrase, ...(isEncrypted && { current }) } }),
    gcTime: 0,
    onSuccess: (state, passphrase) => {
      queries.setQueryData(keyFileQuery.queryKey, state)
      setTyped(NOTHING_TYPED)
      setCurrent('')
      asking.close()
      const done = passphrase === undefined ? 'passphrase.removed' : 'passphrase.done'
      notifications.show({ color: 'olive', message: t(done) })
    }
  })
  return (
    <Section
      title={t('passphrase.title')}
      intro={t('passphrase.intro')}
      actions={
        <Badge color={isEncrypted ? 'olive' : 'gray'}>{t(isEncrypted ? 'passphrase.is' : 'passphrase.isNot')}</Badge>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (passphrase !== undefined) change.mutate(passphrase)
        }}
      >
        <Stack>
          {isEncrypted && (
            <Alert color="lamp" variant="light" icon={<IconInfoCircle aria-hidden />}>
              {t('passphrase.start')}
            </Alert>
          )}
          {isEncrypted && (
            <PasswordInput
              label={t('passphrase.current')}
              value={current}
              onChange={event => setCurrent(event.currentTarget.value)}
              autoComplete="current-password"
              maw="24rem"
            />
          )}
          <NewPassphrase label={t('passphrase.new')} hint={t('passphrase.hint')} value={typed} onChange={setTyped} />
          {change.isError && !isAsking && <ErrorNotice error={change.error} />}
          <Group>
            <Button
              type="submit"
              variant="default"
              loading={change.isPending && !isAsking}
              disabled={passphrase === undefined || (isEncrypted && current === '')}
            >
              {t(isEncrypted ? 'passphrase.change' : 'passphrase.set')}
            </Button>
            {isEncrypted && (
              <Button variant="default" disabled={current === '' || change.isPending} onClick={asking.open}>
                {t('passphrase.remove')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('passphrase.removeTitle')}
        action={t('passphrase.remove')}
        onConfirm={() => change.mutate(undefined)}
        isBusy={change.isPending}
        error={change.error}
      >
        {t('passphrase.removeBody')}
      </ConfirmDialog>
    </Section>
  )
}
