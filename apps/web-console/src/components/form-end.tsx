import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from './error-notice.tsx'

interface FormEndProps {
  /** What the form does when it is submitted. */
  change: { isPending: boolean; isError: boolean; error: unknown }
  submit: string
  /** Whether something is missing yet. */
  disabled?: boolean
  onCancel: () => void
}

/** How the form of a dialog ends: what went wrong, the way out, and the button that submits it. */
export function FormEnd({ change, submit, disabled = false, onCancel }: FormEndProps) {
  const { t } = useTranslation('components')
  return (
    <>
      {change.isError && <ErrorNotice error={change.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={disabled}>
          {submit}
        </Button>
      </Group>
    </>
  )
}
