import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useEvent } from '../../api/live.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useCodeText } from '../../errors/error-text.ts'
import { awaitedQuery } from './key-queries.ts'

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
      <ul className={rows.rows} aria-label={t('awaited.title')}>
        {data.map(({ group, name, problem }) => (
          <li key={group} className={rows.middle}>
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
