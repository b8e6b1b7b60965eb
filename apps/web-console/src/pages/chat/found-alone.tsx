import { Alert, Text } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useFormat } from '../../i18n/format.ts'
import { messageQuery } from './chat-queries.ts'
import styles from './chat.module.css'

/** A found message that is too far back to load everything since. */
export function FoundAlone({ group, message: id }: { group: string; message: string }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const { data, error } = useQuery(messageQuery(group, id))
  if (error) return <ErrorNotice error={error} />
  if (!data) return null
  return (
    <Alert variant="light" icon={<IconSearch aria-hidden />} title={t('search.alone')}>
      <Text fz="sm" c="dimmed">
        {data.author} · {format.dateTime(data.sentAt)}
      </Text>
      <div className={styles.text}>{data.text}</div>
    </Alert>
  )
}
