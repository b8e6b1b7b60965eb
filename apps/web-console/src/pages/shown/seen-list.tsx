import type { SeenObject } from '@borgo/api'
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { RelativeTime } from '../../components/relative-time.tsx'
import { ObjectData } from './object-data.tsx'
import styles from './shown.module.css'

/** What one person shows. */
export function SeenList({ objects, label }: { objects: SeenObject[]; label: string }) {
  const { t } = useTranslation('shown')
  return (
    <ul className={styles.list} aria-label={label}>
      {objects.map(object => (
        <li key={object.id} className={styles.row}>
          <div className={styles.what}>
            <ObjectData {...object} />
            <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {object.id} · {object.type} · {t('shown')} <RelativeTime at={object.publishedAt} />
              {object.expiresAt !== undefined && (
                <>
                  {` · ${t('expires')} `}
                  <RelativeTime at={object.expiresAt} />
                </>
              )}
            </Text>
          </div>
        </li>
      ))}
    </ul>
  )
}
