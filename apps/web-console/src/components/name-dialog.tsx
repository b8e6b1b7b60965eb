import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from './error-notice.tsx'

const NAME_LENGTH = 64

interface NameDialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  label: string
  /** What the name is for and how long it may be. */
  hint: string
  /** The verb on the button: "Create". */
  action: string
  /** Takes the name, which is not blank. */
  change: UseMutationResult<unknown, Error, string>
  /** The name there is already. @default '' */
  now?: string
  /** Further fields. */
  children?: ReactNode
}

/** Asks what something is to be called, and makes or changes it. */
export function NameDialog(props: NameDialogProps) {
  const { t } = useTranslation('components')
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      onExitTransitionEnd={props.change.reset}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <NameForm {...props} />
    </Modal>
  )
}

function NameForm({ label, hint, action, change, now = '', children }: NameDialogProps) {
  const [name, setName] = useState(now)
  const given = name.trim()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (given !== '') change.mutate(given)
      }}
    >
      <Stack>
        <TextInput
          label={label}
          description={hint}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          maxLength={NAME_LENGTH}
          data-autofocus
        />
        {children}
        {change.isError && <ErrorNotice error={change.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending} disabled={given === '' || given === now}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
