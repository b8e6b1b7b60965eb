import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PeerName } from '../../components/peer-name.tsx'
import { Section } from '../../components/section.tsx'
import { statusQuery } from '../../shell/node-queries.ts'

/** How others see this person. */
export function Person() {
  const { t } = useTranslation('settings')
  const { data } = useQuery(statusQuery)
  return (
    <Section title={t('person.title')}>
      {data && <PeerName id={data.identity.account} name={data.identity.name} size={44} />}
      <Text fz="sm" c="dimmed" mt="sm">
        {t('person.hint')}
      </Text>
    </Section>
  )
}
