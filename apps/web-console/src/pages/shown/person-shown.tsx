import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/section.tsx'
import { SeenList } from './seen-list.tsx'
import { appsOfQuery, seenObjectsQuery, useLiveShown } from './shown-queries.ts'
import { Link } from 'react-router'

/** What somebody shows to this person, and which apps they have; nothing where it is nothing. */
export function PersonShown({ account, name }: { account: string; name: string }) {
  const { t } = useTranslation('shown')
  const { data: all = [] } = useQuery(seenObjectsQuery)
  const { data: apps = [] } = useQuery(appsOfQuery(account))
  useLiveShown()
  const objects = all.filter(object => object.account === account)
  if (objects.length === 0 && apps.length === 0) return null
  return (
    <Section title={t('seen.of', { name })}>
      <SeenList objects={objects} label={t('seen.of', { name })} />
      {apps.length > 0 && (
        <>
          <Text fz="sm" c="dimmed" mb="xs">
            {t('apps.theirs')}
          </Text>
          <Group gap="xs">
            {apps.map(app => (
              <Button
                key={app.id}
                component={Link}
                to={`/people/activities?do=invite&who=${account}&app=${encodeURIComponent(app.id)}`}
                variant="default"
                size="compact-sm"
                aria-label={t('apps.invite', { app: app.name, name })}
              >
                {app.name}
              </Button>
            ))}
          </Group>
        </>
      )}
    </Section>
  )
}
