import type { WaitingJoin } from '@borgo/api'
import { Button, Group as Row, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { waitingJoinsQuery } from './absence-queries.ts'
import { useGroupChange } from './group-change.ts'

/** The groups that this node asked to join; nothing where there are none. */
export function WaitingJoins() {
  const { t } = useTranslation('groups')
  const { data = [] } = useQuery(waitingJoinsQuery)
  const withdraw = useGroupChange((group: string) => client.groups.withdraw({ params: { group } }))
  if (data.length === 0) return null
  return (
    <Section title={t('waiting.title')} intro={t('waiting.intro')}>
      <Stack gap="sm">
        {withdraw.isError && <ErrorNotice error={withdraw.error} />}
        {data.map(join => (
          <Row key={join.group} justify="space-between">
            <div style={{ minWidth: 0 }}>
              <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                {join.name}
              </Text>
              <WaitingState join={join} />
            </div>
            <Button
              size="compact-sm"
              variant="default"
              loading={withdraw.isPending && withdraw.variables === join.group}
              onClick={() => withdraw.mutate(join.group)}
            >
              {join.refused === undefined ? t('waiting.withdraw') : t('waiting.forget')}
            </Button>
          </Row>
        ))}
      </Stack>
    </Section>
  )
}

function WaitingState({ join: { askedAt, refused } }: { join: WaitingJoin }) {
  const { t } = useTranslation('groups')
  return (
    <Text fz="sm" c="dimmed">
      {refused === undefined ? t('waiting.asked') : t('waiting.refused')} <RelativeTime at={askedAt} />
    </Text>
  )
}
