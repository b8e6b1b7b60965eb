import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from './error-notice.tsx'

interface ConfirmDialogProps {
  isOpen: boolean
  onClose: () => void
  /** A question: "Revoke this session?" */
  title: string
  /** What will happen and whether it can be undone. */
  children: ReactNode
  /** The verb on the button: "Revoke". */
  action: string
  onConfirm: () => void
  isBusy?: boolean
  error?: unknown
}

/** Asks before something that cannot be undone. The safe choice has the focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation('components')
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        <Text component="div">{props.children}</Text>
        {props.error !== undefined && props.error !== null && <ErrorNotice error={props.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red" onClick={props.onConfirm} loading={props.isBusy ?? false}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
