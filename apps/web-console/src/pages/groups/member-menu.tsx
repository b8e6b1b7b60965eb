import type { Group, Member } from '@borgo/api'
import { ActionIcon, Button, Group as Row, Menu, Modal, Radio, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCrown, IconDeviceMobileOff, IconDots, IconUserCog, IconUserMinus } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { DeviceDialog } from './device-dialog.tsx'
import { useGroupChange } from './group-change.ts'
import { isAbove, otherRoles } from './roles.ts'

interface AboutMember {
  group: Group
  member: Member
}

interface DialogProps extends AboutMember {
  isOpen: boolean
  onClose: () => void
}

/** What this person may do about a member; nothing where that is nothing. */
export function MemberMenu({ group, member }: AboutMember) {
  const { t } = useTranslation('groups')
  // What a dialog was opened from is gone with the menu; the focus goes back to the menu's button.
  const button = useRef<HTMLButtonElement>(null)
  const onClose = (): void => button.current?.focus()
  const [isChanging, changing] = useDisclosure(false, { onClose })
  const [isHandingOver, handingOver] = useDisclosure(false, { onClose })
  const [isRemoving, removing] = useDisclosure(false, { onClose })
  const [isRevoking, revoking] = useDisclosure(false, { onClose })
  const mayManage = isAbove(group, member)
  const mayChange = otherRoles(group, member).length > 0
  const hasOthers = member.self && member.devices.length > 1
  if (!mayManage && !mayChange && !hasOthers) return null
  const mayOwn = mayManage && group.role === 'owner' && member.role !== 'owner'
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon ref={button} variant="subtle" aria-label={t('manage.open', { name: member.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayChange && (
            <Menu.Item leftSection={<IconUserCog size={16} />} onClick={changing.open}>
              {member.self ? t('manage.role.lower') : t('manage.role.open')}
            </Menu.Item>
          )}
          {hasOthers && (
            <Menu.Item leftSection={<IconDeviceMobileOff size={16} />} onClick={revoking.open}>
              {t('manage.device.open')}
            </Menu.Item>
          )}
          {mayOwn && (
            <Menu.Item leftSection={<IconCrown size={16} />} onClick={handingOver.open}>
              {t('manage.owner.open')}
            </Menu.Item>
          )}
          {mayManage && (
            <Menu.Item leftSection={<IconUserMinus size={16} />} onClick={removing.open}>
              {t('manage.remove.open')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {hasOthers && <DeviceDialog group={group} member={member} isOpen={isRevoking} onClose={revoking.close} />}
      <RoleDialog group={group} member={member} isOpen={isChanging} onClose={changing.close} />
      {mayOwn && <OwnerDialog group={group} member={member} isOpen={isHandingOver} onClose={handingOver.close} />}
      {mayManage && <RemoveDialog group={group} member={member} isOpen={isRemoving} onClose={removing.close} />}
    </>
  )
}

function RoleDialog({ group, member, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation(['groups', 'components'])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={member.self ? t('manage.role.lower') : t('manage.role.title', { name: member.name })}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <RoleForm group={group} member={member} onDone={onClose} />
    </Modal>
  )
}

function RoleForm({ group, member, onDone }: AboutMember & { onDone: () => void }) {
  const { t } = useTranslation('groups')
  const roles = otherRoles(group, member)
  const [role, setRole] = useState<Member['role']>()
  const change = useGroupChange(
    (role: Member['role']) =>
      client.groups.setRole({ params: { group: group.id, account: member.account }, body: { role } }),
    onDone
  )
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (role) change.mutate(role)
      }}
    >
      <Stack>
        <Radio.Group
          label={t('manage.role.now', { role: t(`role.${member.role}`) })}
          value={role ?? null}
          onChange={value => setRole(roles.find(each => each === value))}
        >
          <Stack gap="xs" mt="xs">
            {roles.map(value => (
              <Radio key={value} value={value} label={`${t(`role.${value}`)}: ${t(`roleHint.${value}`)}`} />
            ))}
          </Stack>
        </Radio.Group>
        {member.self && <Text fz="sm">{t('manage.role.lowerHint')}</Text>}
        {role === 'relay' && <Text fz="sm">{t('manage.role.relayHint')}</Text>}
        {change.isError && <ErrorNotice error={change.error} />}
        <Row justify="flex-end">
          <Button type="submit" loading={change.isPending} disabled={role === undefined}>
            {t('manage.role.submit')}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}

function OwnerDialog({ group, member, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation('groups')
  const transfer = useGroupChange(
    () => client.groups.transferOwnership({ params: { group: group.id }, body: { account: member.account } }),
    onClose
  )
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('manage.owner.title', { name: member.name })}
      action={t('manage.owner.submit')}
      onConfirm={() => transfer.mutate()}
      isBusy={transfer.isPending}
      error={transfer.error}
    >
      {t('manage.owner.body', { name: member.name })}
    </ConfirmDialog>
  )
}

function RemoveDialog({ group, member, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation('groups')
  const remove = useGroupChange(
    () => client.groups.remove({ params: { group: group.id, account: member.account } }),
    onClose
  )
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('manage.remove.title', { name: member.name })}
      action={t('manage.remove.submit')}
      onConfirm={() => remove.mutate()}
      isBusy={remove.isPending}
      error={remove.error}
    >
      {t('manage.remove.body')}
    </ConfirmDialog>
  )
}
