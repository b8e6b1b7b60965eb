import type { Peer } from '@borgo/api'
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useFormat } from '../../i18n/format.ts'
import { deniedQuery, peersQuery } from './peer-queries.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TIMES_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS]

interface KeepOutDialogProps {
  peer: Peer
  isOpen: boolean
  onClose: () => void
}

/** Asks for how long a device is to stay outside. */
export function KeepOutDialog({ peer: { device, name }, isOpen, onClose }: KeepOutDialogProps) {
  const { t } = useTranslation(['overview', 'components'])
  const format = useFormat()
  const queries = useQueryClient()
  const [ms, setMs] = useState(HOUR_MS)
  const deny = useMutation({
    mutationFn: () => client.peers.deny({ body: { device, ms } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: deniedQuery.queryKey })
      await queries.invalidateQueries({ queryKey: peersQuery.queryKey })
      onClose()
    }
  })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('keepOut.title', { name: name ?? `…${device.slice(-6)}` })}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <Stack>
        <Text>{t('keepOut.body')}</Text>
        <Radio.Group label={t('keepOut.time')} value={String(ms)} onChange={value => setMs(Number(value))}>
          <Stack gap="xs" mt="xs">
            {TIMES_MS.map(each => (
              <Radio key={each} value={String(each)} label={format.duration(each)} />
            ))}
          </Stack>
        </Radio.Group>
        {deny.isError && <ErrorNotice error={deny.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('components:cancel')}
          </Button>
          <Button color="red" onClick={() => deny.mutate()} loading={deny.isPending}>
            {t('keepOut.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
