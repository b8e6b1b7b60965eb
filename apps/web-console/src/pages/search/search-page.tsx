import type { Found, FoundKind } from '@borgo/api'
import { Badge, Button, Group, Select, Skeleton, Stack, Text } from '@mantine/core'
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { WordsField } from '../../components/words-field.tsx'
import styles from './search.module.css'

const PAGE_FOUND = 50
const KINDS: readonly FoundKind[] = ['message', 'thread', 'post', 'document', 'workspace', 'content']

function foundQuery(words: string, kinds: string, group: string) {
  return infiniteQueryOptions({
    queryKey: ['search', words, kinds, group],
    queryFn: ({ pageParam, signal }) =>
      client.search.find({
        query: {
          q: words,
          limit: PAGE_FOUND,
          ...(kinds !== '' && { kinds }),
          ...(group !== '' && { group }),
          ...(pageParam !== undefined && { before: pageParam })
        },
        signal
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.before,
    select: data => data.pages.flatMap(page => page.found),
    placeholderData: keepPreviousData,
    enabled: words !== ''
  })
}

/** Everything with certain words; what is looked for stands in the address. */
export function SearchPage() {
  const { t } = useTranslation('search')
  const { data: groups = [] } = useQuery(groupsQuery)
  const [address, setAddress] = useSearchParams()
  const of = (name: string): string => address.get(name) ?? ''
  const words = of('q')
  const change = (name: string, value: string): void =>
    setAddress(
      now => {
        const next = new URLSearchParams(now)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true }
    )
  return (
    <>
      <PageHeader title={t('title')} intro={t('intro')} />
      <Stack gap="lg" align="stretch">
        <search className={styles.fields}>
          <WordsField
            label={t('label')}
            placeholder={t('placeholder')}
            words={words}
            onChange={text => change('q', text)}
          />
          <Select
            label={t('kind')}
            data={[{ value: '', label: t('all') }, ...KINDS.map(kind => ({ value: kind, label: t(`kinds.${kind}`) }))]}
            value={of('kind')}
            allowDeselect={false}
            onChange={value => change('kind', value ?? '')}
          />
          <Select
            label={t('group')}
            data={[
              { value: '', label: t('allGroups') },
              ...groups.map(group => ({ value: group.id, label: groupLabel(group) }))
            ]}
            value={of('group')}
            allowDeselect={false}
            onChange={value => change('group', value ?? '')}
          />
        </search>
        {words !== '' && <FoundList words={words} kinds={of('kind')} group={of('group')} />}
      </Stack>
    </>
  )
}

function FoundList({ words, kinds, group }: { words: string; kinds: string; group: string }) {
  const { t } = useTranslation('search')
  const found = useInfiniteQuery(foundQuery(words, kinds, group))
  if (found.isPending) return <Skeleton height={140} radius="lg" />
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  return (
    <>
      {found.data.length === 0 ? (
        <Text c="dimmed" role="status">
          {t('none')}
        </Text>
      ) : (
        <ul className={styles.list} aria-label={t('found')}>
          {found.data.map(one => (
            <li key={one.id}>
              <FoundEntry found={one} />
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ alignSelf: 'center' }}
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  )
}

function FoundEntry({ found }: { found: Found }) {
  const { t } = useTranslation('search')
  const { data: groups = [] } = useQuery(groupsQuery)
  const { at, author, kind, text, title } = found
  const group = groups.find(({ id }) => id === found.group)
  return (
    <Link to={pathOf(found)} className={styles.entry}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={500} truncate>
          {title ?? t('by', { author, group: group ? groupLabel(group) : '' })}
        </Text>
        <Badge color="gray" style={{ flexShrink: 0 }}>
          {t(`is.${kind}`)}
        </Badge>
      </Group>
      {text !== undefined && (
        <Text fz="sm" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
          {text}
        </Text>
      )}
      <Text fz="xs" c="dimmed">
        {title !== undefined && `${t('by', { author, group: group ? groupLabel(group) : '' })} · `}
        <RelativeTime at={at} />
      </Text>
    </Link>
  )
}

/** The page where it is. */
function pathOf({ cid, document, group, id, kind, thread, workspace }: Found): string {
  if (kind === 'message') return `/chat/${group}?message=${id}`
  if (kind === 'content') return `/content/${group}/${cid}`
  if (document !== undefined) return `/workspace/${workspace}/documents/${document}`
  return thread === undefined ? `/workspace/${workspace}` : `/workspace/${workspace}/threads/${thread}`
}
