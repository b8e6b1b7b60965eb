import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '../errors/error-text.ts'

interface ErrorNoticeProps {
  error: unknown
  /** Offered as a button when trying again can help. */
  onRetry?: () => void
}

/** What went wrong and what helps, in the reader's language, with the request's id for the log. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation('components')
  const { what, help, request } = useErrorText()(error)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={what} role="alert">
      <Text fz="sm">{help}</Text>
      {(onRetry !== undefined || request !== undefined) && (
        <Group justify="space-between" mt="xs">
          {onRetry !== undefined && (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              {t('retry')}
            </Button>
          )}
          {request !== undefined && (
            <Text fz="xs" c="dimmed">
              {t('request', { id: request })}
            </Text>
          )}
        </Group>
      )}
    </Alert>
  )
}
