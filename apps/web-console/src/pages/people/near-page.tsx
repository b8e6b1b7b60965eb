import type { NearMe } from '@borgo/api'
import { Alert, Skeleton, Switch, TagsInput, Stack, Text } from '@mantine/core'
import { IconWifiOff } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { configQuery } from '../settings/config-query.ts'
import { NearPeople } from './near-people.tsx'
import { nearQuery } from './near-queries.ts'
import { PeoplePage } from './people-page.tsx'

const MOST_INTERESTS = 16
const INTEREST_LENGTH = 64

/** People on the same network who show themselves, once this person does. */
export function NearPage() {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const near = useQuery(nearQuery)
  const config = useQuery(configQuery)
  useEvent('near', () => void queries.invalidateQueries({ queryKey: nearQuery.queryKey }))
  // Discovery can be switched off for the whole node.
  const isDeaf = config.data?.find(({ key }) => key === 'mdns')?.value === false
  return (
    <PeoplePage title={t('parts.near')} intro={t('near.intro')}>
      {near.isPending && <Skeleton height={180} radius="lg" />}
      {near.isError && <ErrorNotice error={near.error} onRetry={() => void near.refetch()} />}
      {near.data && <NearSetting near={near.data} />}
      {isDeaf && near.data && (
        <Alert color="lamp" variant="light" icon={<IconWifiOff aria-hidden />} title={t('near.deaf.title')}>
          {t('near.deaf.body')}
        </Alert>
      )}
      {near.data?.on === true &&
        (near.data.people.length > 0 ? (
          <NearPeople people={near.data.people} />
        ) : (
          !isDeaf && <EmptyState title={t('near.empty.title')}>{t('near.empty.body')}</EmptyState>
        ))}
    </PeoplePage>
  )
}

/** Whether one shows oneself, and with which interests. */
function NearSetting({ near: { on, interests } }: { near: NearMe }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const set = useMutation({
    mutationFn: (body: Partial<Pick<NearMe, 'on' | 'interests'>>) => client.near.set({ body }),
    onSuccess: now => queries.setQueryData(nearQuery.queryKey, now)
  })
  return (
    <Section title={t('near.title')}>
      <Stack align="stretch">
        <Switch
          size="md"
          label={t('near.on')}
          description={t('near.onHint')}
          checked={on}
          disabled={set.isPending}
          onChange={event => set.mutate({ on: event.currentTarget.checked })}
        />
        <TagsInput
          label={t('near.interests')}
          description={t('near.interestsHint')}
          placeholder={interests.length === 0 ? t('near.example') : ''}
          value={set.isPending ? (set.variables.interests ?? interests) : interests}
          onChange={next => set.mutate({ interests: next.map(one => one.trim().slice(0, INTEREST_LENGTH)) })}
          maxTags={MOST_INTERESTS}
          clearButtonProps={{ 'aria-label': t('near.clear') }}
          clearable
        />
        {set.isError && <ErrorNotice error={set.error} />}
        {!on && (
          <Text fz="sm" c="dimmed">
            {t('near.off')}
          </Text>
        )}
      </Stack>
    </Section>
  )
}
