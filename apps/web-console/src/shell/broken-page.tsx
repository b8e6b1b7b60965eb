import { Button, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { ErrorNotice } from '../components/error-notice.tsx'
import { PageHeader } from '../components/page-header.tsx'

/** In place of a page that threw, or whose code could not be loaded. */
export function BrokenPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHeader title={t('broken.title')} />
      <Stack align="flex-start">
        <ErrorNotice error={useRouteError()} />
        <Button onClick={() => location.reload()}>{t('broken.action')}</Button>
      </Stack>
    </>
  )
}
