import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { peersQuery } from './peer-queries.ts'

/** Connects to another node by its address. */
export function DialDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['overview', 'components'])
  const queries = useQueryClient()
  const [address, setAddress] = useState('')
  const dial = useMutation({
    mutationFn: (address: string) => client.peers.dial({ body: { address } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: peersQuery.queryKey })
      notifications.show({ color: 'olive', message: t('dial.done') })
      setAddress('')
      onClose()
    }
  })
  const given = address.trim()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('dial.open')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') dial.mutate(given)
        }}
      >
        <Stack>
          <TextInput
            label={t('dial.address')}
            description={t('dial.hint')}
            value={address}
            onChange={event => setAddress(event.currentTarget.value)}
            spellCheck={false}
            data-autofocus
          />
          {dial.isError && <ErrorNotice error={dial.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={dial.isPending} disabled={given === ''}>
              {t('dial.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
