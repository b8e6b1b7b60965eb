import type { SeenObject } from '@borgo/api'
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { RelativeTime } from '../../components/relative-time.tsx'
import rows from '../../components/rows.module.css'
import { ObjectData } from './object-data.tsx'

/** What one person shows. */
export function SeenList({ objects, label }: { objects: SeenObject[]; label: string }) {
  const { t } = useTranslation('shown')
  return (
    <ul className={rows.rows} aria-label={label}>
      {objects.map(object => (
        <li key={object.id} className={rows.row}>
          <div className={rows.what}>
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
