import type { Group } from '@borgo/api'
import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDoorExit } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { useGroupChange } from './group-change.ts'
import { isLastOwner } from './roles.ts'

/** Leaves the group; to its last owner it says what has to be done before. */
export function LeaveButton({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const navigate = useNavigate()
  const [isAsking, asking] = useDisclosure(false)
  const leave = useGroupChange(
    () => client.groups.leave({ params: { group: group.id } }),
    () => void navigate('/groups')
  )
  if (isLastOwner(group))
    return (
      <Text fz="sm" c="dimmed">
        {t('leave.lastOwner')}
      </Text>
    )
  return (
    <>
      <Button variant="default" leftSection={<IconDoorExit size={18} />} onClick={asking.open}>
        {t('leave.open')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('leave.title', { name: groupLabel(group) })}
        action={t('leave.submit')}
        onConfirm={() => leave.mutate()}
        isBusy={leave.isPending}
        error={leave.error}
      >
        {t('leave.body')}
      </ConfirmDialog>
    </>
  )
}
