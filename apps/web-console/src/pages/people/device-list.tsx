import type { Device, Revocation } from '@borgo/api'
import { Alert, Badge, Button, Group, List, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconDevices } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { NameDialog } from '../../components/name-dialog.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useDeviceChange } from './device-queries.ts'

/** Every device of this person; each can be named, and all but this one locked out. */
export function DeviceList({ devices }: { devices: Device[] }) {
  const { t } = useTranslation('people')
  const [renamed, setRenamed] = useState<Device>()
  const [revoked, setRevoked] = useState<Device>()
  const [remains, setRemains] = useState<Remains>()
  return (
    <Section title={t('devices.count', { count: devices.length })}>
      {remains && <StillIn remains={remains} onClose={() => setRemains(undefined)} />}
      <ul className={rows.rows} aria-label={t('parts.devices')}>
        {devices.map(device => (
          <li key={device.device} className={rows.middle}>
            <Group gap="sm" wrap="nowrap" style={{ flex: '1 1 12rem', minWidth: 0 }}>
              <IconDevices size={28} stroke={1.4} aria-hidden style={{ flexShrink: 0 }} />
              <div style={{ minWidth: 0 }}>
                <Group gap="xs">
                  <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                    {device.label}
                  </Text>
                  {device.isThis && <Badge color="gray">{t('devices.this')}</Badge>}
                </Group>
                <Text fz="xs" c="dimmed">
                  <Presence device={device} /> · {t('devices.groups', { count: device.groups })}
                </Text>
                {device.stoppedIn > 0 && (
                  <Text fz="xs" c="var(--mantine-color-error)">
                    {t('devices.stopped', { count: device.stoppedIn })}
                  </Text>
                )}
              </div>
            </Group>
            <Group gap="xs">
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setRenamed(device)}
                aria-label={t('devices.renameName', { name: device.label })}
              >
                {t('devices.rename')}
              </Button>
              {!device.isThis && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setRevoked(device)}
                  aria-label={t('devices.revokeName', { name: device.label })}
                >
                  {t('devices.revoke')}
                </Button>
              )}
            </Group>
          </li>
        ))}
      </ul>
      {renamed && <Rename device={renamed} onClose={() => setRenamed(undefined)} />}
      {revoked && <Revoke device={revoked} onClose={() => setRevoked(undefined)} onRemains={setRemains} />}
    </Section>
  )
}

function Presence({ device: { isThis, online, lastSeenAt } }: { device: Device }) {
  const { t } = useTranslation('people')
  if (isThis || online) return t('devices.online')
  if (lastSeenAt === undefined) return t('devices.offline')
  return (
    <>
      {t('devices.seen')} <RelativeTime at={lastSeenAt} />
    </>
  )
}

function Rename({ device: { device, label }, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation('people')
  const rename = useDeviceChange(
    (label: string) => client.devices.rename({ params: { device }, body: { label } }),
    onClose
  )
  return (
    <NameDialog
      isOpen
      onClose={onClose}
      title={t('devices.renameName', { name: label })}
      label={t('devices.label')}
      hint={t('devices.labelHint')}
      action={t('devices.save')}
      change={rename}
      now={label}
    />
  )
}

/** A device that could not be locked out of everything. */
interface Remains {
  label: string
  failed: Revocation['failed']
}

/** Where a device still is, until it was read. */
function StillIn({ remains: { label, failed }, onClose }: { remains: Remains; onClose: () => void }) {
  const { t } = useTranslation(['people', 'components'])
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t('devices.stillIn', { name: label })}
      role="alert"
      mb="md"
      withCloseButton
      closeButtonLabel={t('components:close')}
      onClose={onClose}
    >
      <List fz="sm" mb={4}>
        {failed.map(({ group, name, reason }) => (
          <List.Item key={group} style={{ overflowWrap: 'anywhere' }}>
            {name}: {reason}
          </List.Item>
        ))}
      </List>
      <Text fz="sm">{t('devices.stillInHelp')}</Text>
    </Alert>
  )
}

interface RevokeProps {
  device: Device
  onClose: () => void
  onRemains: (remains: Remains | undefined) => void
}

function Revoke({ device: { device, label }, onClose, onRemains }: RevokeProps) {
  const { t } = useTranslation('people')
  const revoke = useDeviceChange(
    () => client.devices.revoke({ params: { device } }),
    ({ failed, groups }) => {
      onClose()
      onRemains(failed.length === 0 ? undefined : { label, failed })
      notifications.show({ color: 'olive', message: t('devices.revoked', { name: label, count: groups }) })
    }
  )
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('devices.revokeTitle', { name: label })}
      action={t('devices.revoke')}
      onConfirm={() => revoke.mutate()}
      isBusy={revoke.isPending}
      error={revoke.error}
    >
      {t('devices.revokeBody')}
    </ConfirmDialog>
  )
}
