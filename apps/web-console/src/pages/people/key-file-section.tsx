import type { KeyFileState } from '@borgo/api'
import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/section.tsx'
import { keyFileQuery } from './key-queries.ts'

/** Whether the file with this device's keys is as it must be. */
export function KeyFileSection({ state: { problem } }: { state: KeyFileState }) {
  const { t } = useTranslation('people')
  const { isFetching, refetch } = useQuery(keyFileQuery)
  return (
    <Section
      title={t('key.title')}
      actions={
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          {t('key.check')}
        </Button>
      }
    >
      {problem === undefined ? (
        <Text role="status">{t('key.whole')}</Text>
      ) : (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={t('key.problem')}
          role="alert"
        >
          {problem}
        </Alert>
      )}
    </Section>
  )
}
