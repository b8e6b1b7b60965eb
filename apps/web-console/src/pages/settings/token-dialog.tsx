import type { Token } from '@borgo/api'
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { tokensQuery } from './access-queries.ts'

const DAY_MS = 86_400_000
const EXPIRIES = { day: DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS, ever: undefined } as const
const EXPIRY_NAMES = ['day', 'month', 'year', 'ever'] as const

interface NewToken {
  name: string
  scope: Token['scope']
  expiry: keyof typeof EXPIRIES
}

/** Makes a token and shows it, this once. */
export function TokenDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'components'])
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: ({ name, scope, expiry }: NewToken) => {
      const expiresInMs = EXPIRIES[expiry]
      return client.access.createToken({ body: { name, scope, ...(expiresInMs !== undefined && { expiresInMs }) } })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey })
  })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      onExitTransitionEnd={create.reset}
      title={t('tokens.create')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {create.data ? (
        <Stack>
          <Text>{t('tokens.once')}</Text>
          <CopyField value={create.data.token} label={t('tokens.secret')} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('components:close')}</Button>
          </Group>
        </Stack>
      ) : (
        <TokenForm isBusy={create.isPending} error={create.error} onSubmit={create.mutate} />
      )}
    </Modal>
  )
}

interface TokenFormProps {
  isBusy: boolean
  error: unknown
  onSubmit: (token: NewToken) => void
}

function TokenForm({ isBusy, error, onSubmit }: TokenFormProps) {
  const { t } = useTranslation('settings')
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Token['scope']>('read')
  const [expiry, setExpiry] = useState<NewToken['expiry']>('month')
  const given = name.trim()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (given !== '') onSubmit({ name: given, scope, expiry })
      }}
    >
      <Stack>
        <TextInput
          label={t('tokens.name')}
          description={t('tokens.nameHint')}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          maxLength={64}
          data-autofocus
        />
        <Select
          label={t('tokens.scope')}
          description={t(`tokens.hints.${scope}`)}
          data={(['metrics', 'read', 'admin'] as const).map(value => ({ value, label: t(`tokens.${value}`) }))}
          value={scope}
          allowDeselect={false}
          onChange={value => setScope(value ?? 'read')}
        />
        <Select
          label={t('tokens.expiry')}
          data={EXPIRY_NAMES.map(value => ({ value, label: t(`tokens.${value}`) }))}
          value={expiry}
          allowDeselect={false}
          onChange={value => setExpiry(value ?? 'month')}
        />
        {error !== null && <ErrorNotice error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isBusy} disabled={given === ''}>
            {t('tokens.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
