import { Alert } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** Says whose device this node is now. */
export function AdoptedNotice({ name }: { name: string }) {
  const { t } = useTranslation('people')
  return (
    <Alert color="olive" icon={<IconCheck aria-hidden />} title={t('adopted.title', { name })} role="status">
      {t('adopted.body')}
    </Alert>
  )
}
