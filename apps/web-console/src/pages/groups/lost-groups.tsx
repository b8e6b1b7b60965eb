import type { LostGroup } from '@borgo/api'
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { lostGroupsQuery } from './absence-queries.ts'

/** The groups that this person was removed from or left; nothing where there are none. */
export function LostGroups() {
  const { t } = useTranslation('groups')
  const { data = [] } = useQuery(lostGroupsQuery)
  if (data.length === 0) return null
  return (
    <Section title={t('lost.title')}>
      <Stack gap="sm">
        {data.map(group => (
          <div key={group.id}>
            <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
              {group.name}
            </Text>
            <LossReason group={group} />
          </div>
        ))}
      </Stack>
    </Section>
  )
}

/** Who ended the membership, how, and when. */
export function LossReason({ group: { reason, by, at } }: { group: LostGroup }) {
  const { t } = useTranslation('groups')
  return (
    <Text fz="sm" c="dimmed">
      {t(`lost.${reason}`, { name: by?.name ?? t('lost.somebody') })}
      {at !== undefined && (
        <>
          {' · '}
          <RelativeTime at={at} />
        </>
      )}
    </Text>
  )
}
