import type { AuditEntry, Group, GroupPolicy } from '@borgo/api'
import { Badge, Button, Group as Row, Skeleton, Text, Timeline } from '@mantine/core'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'

const FIRST_ENTRIES = 20
/** The API answers with no more. */
const MOST_ENTRIES = 1000

function auditQuery(group: Group, limit: number) {
  return queryOptions({
    queryKey: ['groups', group.id, 'audit', limit],
    queryFn: ({ signal }) => client.groups.audit({ params: { group: group.id }, query: { limit }, signal }),
    placeholderData: keepPreviousData
  })
}

/** Who changed what in a group. Asked for only when somebody wants to see it: the node reads all operations for it. */
export function AuditSection({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const [isShown, setShown] = useState(false)
  return (
    <Section
      title={t('audit.title')}
      intro={t('audit.intro')}
      actions={
        <Button size="compact-sm" variant="default" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? t('audit.hide') : t('audit.show')}
        </Button>
      }
    >
      {isShown && <Entries group={group} />}
    </Section>
  )
}

function Entries({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const [limit, setLimit] = useState(FIRST_ENTRIES)
  const entries = useQuery(auditQuery(group, limit))
  if (entries.isPending) return <Skeleton height={120} />
  if (entries.isError) return <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />
  return (
    <>
      <Timeline bulletSize={12} lineWidth={2} aria-label={t('audit.title')} role="list">
        {entries.data.map(entry => (
          <Timeline.Item key={entry.id} role="listitem">
            <Row gap="xs" align="baseline">
              <Sentence entry={entry} />
              {entry.void !== undefined && (
                <Badge color="gray" title={entry.void}>
                  {t('audit.void')}
                </Badge>
              )}
            </Row>
            <Details entry={entry} />
            <Text fz="xs" c="dimmed">
              <RelativeTime at={entry.at} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {limit === FIRST_ENTRIES && entries.data.length === FIRST_ENTRIES && (
        <Button mt="md" size="compact-sm" variant="subtle" onClick={() => setLimit(MOST_ENTRIES)}>
          {t('audit.more')}
        </Button>
      )}
    </>
  )
}

function Sentence({ entry: { what, by, whom, role, name } }: { entry: AuditEntry }) {
  const { t } = useTranslation('groups')
  const nobody = t('audit.somebody')
  const key = what === 'invite' && whom ? 'invitePerson' : what
  return (
    <Text fz="sm" style={{ overflowWrap: 'anywhere', flex: '0 1 auto' }}>
      {t(`audit.what.${key}`, {
        by: by?.name ?? nobody,
        whom: whom?.name ?? nobody,
        role: role ? t(`role.${role}`) : '',
        name: name ?? ''
      })}
    </Text>
  )
}

/** What exactly was changed, where a sentence does not hold it. */
function Details({ entry: { formerPolicy, invitation, policy } }: { entry: AuditEntry }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const key = ({ keyAgeMs, keyRecords }: GroupPolicy): string =>
    t('policy.key', { age: format.duration(keyAgeMs), records: format.number(keyRecords) })
  const details = [
    invitation && t('audit.uses', { count: invitation.uses }),
    invitation?.approval && t('audit.approval'),
    invitation && t('audit.until', { date: format.dateTime(invitation.expiresAt) }),
    policy && policy.history !== formerPolicy?.history && t(policy.history ? 'policy.seesAll' : 'policy.seesNew'),
    policy &&
      policy.inviters !== formerPolicy?.inviters &&
      changed(formerPolicy && t(`policy.inviters.${formerPolicy.inviters}`), t(`policy.inviters.${policy.inviters}`)),
    policy &&
      (formerPolicy === undefined || key(policy) !== key(formerPolicy)) &&
      changed(formerPolicy && key(formerPolicy), key(policy))
  ].filter(detail => typeof detail === 'string')
  return details.map(detail => (
    <Text key={detail} fz="sm" c="dimmed">
      {detail}
    </Text>
  ))
}

function changed(before: string | undefined, now: string): string {
  return before === undefined ? now : `${before} → ${now}`
}
