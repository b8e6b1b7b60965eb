import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/section.tsx'
import { statusQuery } from '../../shell/node-queries.ts'

/** Served by the node beside the console. */
const DOCS_PATH = '/docs'

export function About() {
  const { t } = useTranslation('settings')
  const { data } = useQuery(statusQuery)
  return (
    <Section title={t('about.title')}>
      <Group gap="xl">
        {data && <Text>{t('about.version', { version: data.version })}</Text>}
        <Text c="dimmed">{t('about.licence')}</Text>
        <Anchor href={DOCS_PATH} target="_blank" rel="noreferrer">
          {t('about.docs')}
        </Anchor>
      </Group>
    </Section>
  )
}
