import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../../api/live.tsx'
import { Section } from '../../components/section.tsx'
import { useCodeText } from '../../errors/error-text.ts'
import { awaitedQuery } from './key-queries.ts'
import styles from './people.module.css'

/** The groups in which this device waits for a member to let it in; nothing where there are none. */
export function AwaitedGroups() {
  const { t } = useTranslation('people')
  const codeText = useCodeText()
  const { data = [] } = useQuery(awaitedQuery)
  const queries = useQueryClient()
  // Whom it can ask is told with the connections.
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: awaitedQuery.queryKey }))
  if (data.length === 0) return null
  return (
    <Section title={t('awaited.title')} intro={t('awaited.intro')}>
      <ul className={styles.list} aria-label={t('awaited.title')}>
        {data.map(({ group, name, problem }) => (
          <li key={group} className={styles.row}>
            <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            <Text fz="sm" c="dimmed">
              {problem === undefined ? t('awaited.asking') : t('awaited.problem', { what: codeText(problem).what })}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
