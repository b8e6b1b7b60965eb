import type { Presence } from '@borgo/api'
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './presence.module.css'
import { RelativeTime } from './relative-time.tsx'

interface PresenceLineProps {
  presence: Presence
  /** Cut off at the end of the line. @default true */
  isShort?: boolean
}

/** How somebody is: a dot, the state in words, and what they say of it; when they are gone, since when. */
export function PresenceLine({ presence: { state, text, lastSeen }, isShort = true }: PresenceLineProps) {
  const { t } = useTranslation('components')
  return (
    <Text fz="xs" c="dimmed" truncate={isShort} style={isShort ? undefined : { overflowWrap: 'anywhere' }}>
      <span className={styles.dot} data-state={state} aria-hidden />
      {t(`presence.${state}`)}
      {text !== '' && ` · ${text}`}
      {state === 'offline' && lastSeen !== undefined && (
        <>
          {` · ${t('seen')} `}
          <RelativeTime at={lastSeen} />
        </>
      )}
    </Text>
  )
}
