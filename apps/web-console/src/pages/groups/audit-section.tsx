import type { AuditEntry, Group, GroupPolicy } from '@borgo/api'
import { Badge, Button, Group as Row, Select, Skeleton, Text, Timeline } from '@mantine/core'
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'

const ENTRIES_PER_PAGE = 50

/** Kinds of changes that belong together, so that a list of them can be looked through. */
const TOPICS = {
  people: ['join', 'request', 'accept', 'decline', 'remove', 'leave'],
  rules: ['setRole', 'transferOwnership', 'setPolicy'],
  invitations: ['invite', 'revokeInvitation'],
  devices: ['recover', 'addDevice', 'revokeDevice', 'guard', 'rotateKey'],
  names: ['create', 'rename']
} as const satisfies Record<string, readonly AuditEntry['what'][]>
type Topic = keyof typeof TOPICS
const TOPIC_NAMES = Object.keys(TOPICS) as Topic[]

interface Wanted {
  topic: Topic | undefined
  /** The account of who made the change. */
  by: string | undefined
}

function auditQuery(group: Group, { by, topic }: Wanted) {
  return infiniteQueryOptions({
    queryKey: ['groups', group.id, 'audit', topic, by],
    queryFn: ({ pageParam: before, signal }) =>
      client.groups.audit({
        params: { group: group.id },
        query: { limit: ENTRIES_PER_PAGE, before, by, what: topic && TOPICS[topic].join(',') },
        signal
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => (page.length === ENTRIES_PER_PAGE ? page.at(-1)?.id : undefined),
    select: ({ pages }) => pages.flat(),
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
  const [wanted, setWanted] = useState<Wanted>({ topic: undefined, by: undefined })
  const entries = useInfiniteQuery(auditQuery(group, wanted))
  if (entries.isPending) return <Skeleton height={120} />
  if (entries.isError) return <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />
  return (
    <>
      <Filter group={group} entries={entries.data} wanted={wanted} onChange={setWanted} />
      {entries.data.length === 0 && (
        <Text c="dimmed" role="status">
          {t('audit.none')}
        </Text>
      )}
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
      {entries.hasNextPage && (
        <Button
          mt="md"
          size="compact-sm"
          variant="subtle"
          loading={entries.isFetchingNextPage}
          onClick={() => void entries.fetchNextPage()}
        >
          {t('audit.more')}
        </Button>
      )}
    </>
  )
}

function Filter({
  group,
  entries,
  wanted,
  onChange
}: {
  group: Group
  entries: readonly AuditEntry[]
  wanted: Wanted
  onChange: (wanted: Wanted) => void
}) {
  const { t } = useTranslation('groups')
  // Who changed something may have left since.
  const seen = entries.flatMap(({ by }) => (by ? [by] : []))
  const people = new Map([...seen, ...group.members].map(({ account, name }) => [account, name]))
  return (
    <Row mb="md" align="flex-end">
      <Select
        label={t('audit.topic')}
        data={[
          { value: '', label: t('audit.topics.all') },
          ...TOPIC_NAMES.map(topic => ({ value: topic, label: t(`audit.topics.${topic}`) }))
        ]}
        value={wanted.topic ?? ''}
        allowDeselect={false}
        onChange={value => onChange({ ...wanted, topic: TOPIC_NAMES.find(topic => topic === value) })}
      />
      <Select
        label={t('audit.by')}
        data={[
          { value: '', label: t('audit.everybody') },
          ...[...people].map(([account, name]) => ({ value: account, label: name }))
        ]}
        value={wanted.by ?? ''}
        allowDeselect={false}
        searchable={people.size > 10}
        onChange={value => onChange({ ...wanted, by: value === null || value === '' ? undefined : value })}
      />
    </Row>
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
