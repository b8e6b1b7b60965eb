import type { Group, Member } from '@borgo/api'
import { Button, Group as Row, Modal, Radio, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { devicesQuery } from '../people/device-queries.ts'
import { useGroupChange } from './group-change.ts'

interface DeviceDialogProps {
  group: Group
  /** This person. */
  member: Member
  isOpen: boolean
  onClose: () => void
}

/** Locks a device of this person out of one group: the others stay open to it. */
export function DeviceDialog({ group, member, isOpen, onClose }: DeviceDialogProps) {
  const { t } = useTranslation(['groups', 'components'])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('manage.device.title', { group: group.name })}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <DeviceForm group={group} member={member} onDone={onClose} />
    </Modal>
  )
}

function DeviceForm({ group, member, onDone }: Pick<DeviceDialogProps, 'group' | 'member'> & { onDone: () => void }) {
  const { t } = useTranslation(['groups', 'components'])
  const devices = useQuery(devicesQuery)
  const [chosen, setChosen] = useState<string>()
  const revoke = useGroupChange(
    (device: string) => client.groups.revokeDevice({ params: { group: group.id, device } }),
    onDone
  )
  if (devices.isError) return <ErrorNotice error={devices.error} onRetry={() => void devices.refetch()} />
  const known = devices.data ?? []
  const others = known.filter(({ device, isThis }) => !isThis && member.devices.includes(device))
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (chosen !== undefined) revoke.mutate(chosen)
      }}
    >
      <Stack>
        <Radio.Group label={t('manage.device.which')} value={chosen ?? null} onChange={setChosen}>
          <Stack gap="xs" mt="xs">
            {others.map(({ device, label }) => (
              <Radio
                key={device}
                value={device}
                label={label}
                description={t('manage.device.id', { id: device.slice(-8) })}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Text fz="sm">{t('manage.device.body')}</Text>
        {revoke.isError && <ErrorNotice error={revoke.error} />}
        <Row justify="flex-end">
          <Button variant="default" onClick={onDone} data-autofocus>
            {t('components:cancel')}
          </Button>
          <Button color="red" type="submit" loading={revoke.isPending} disabled={chosen === undefined}>
            {t('manage.device.submit')}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
