import type { Conversation, Found } from '@borgo/api'
import { Button, Center, Group, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { statusQuery } from '../../shell/node-queries.ts'
import { searchQuery } from './chat-queries.ts'
import styles from './chat.module.css'
import { searchParameters } from './search-filter.tsx'
import type { Filter } from './search-filter.tsx'

interface FoundListProps {
  /** Not empty. */
  words: string
  filter: Filter
  conversations: Conversation[]
}

/** Messages with these words in all conversations; each leads to its place. */
export function FoundList({ words, filter, conversations }: FoundListProps) {
  const { t } = useTranslation('chat')
  const found = useInfiniteQuery(searchQuery(words, filter))
  const titles = new Map(conversations.map(({ group, title }) => [group, title]))
  if (found.isPending) return <Skeleton height={80} m="sm" w="auto" />
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.length === 0)
    return (
      <Text fz="sm" c="dimmed" role="status" className={styles.hint ?? ''}>
        {t('search.none')}
      </Text>
    )
  return (
    <ul className={styles.list} aria-label={t('search.found')}>
      {found.data.map(one => (
        <li key={one.id}>
          <FoundEntry sought={searchParameters(words, filter)} message={one} title={titles.get(one.group) ?? ''} />
        </li>
      ))}
      {found.hasNextPage && (
        <Center component="li">
          <Button
            size="compact-sm"
            variant="subtle"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t('search.more')}
          </Button>
        </Center>
      )}
    </ul>
  )
}

interface FoundEntryProps {
  /** What was looked for, for the way back. */
  sought: Record<string, string>
  message: Found
  title: string
}

function FoundEntry({ sought, message, title }: FoundEntryProps) {
  const { t } = useTranslation('chat')
  const self = useQuery(statusQuery).data?.identity
  const { account, at, author, text = '' } = message
  const [search] = useSearchParams()
  return (
    <Link
      to={`/chat/${message.group}?${new URLSearchParams({ ...sought, message: message.id })}`}
      className={styles.entry}
      aria-current={search.get('message') === message.id ? 'page' : undefined}
    >
      <div className={styles.words}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text fw={500} truncate>
            {title}
          </Text>
          <Text fz="xs" c="dimmed" style={{ flexShrink: 0 }}>
            <RelativeTime at={at} />
          </Text>
        </Group>
        <Text fz="sm" c="dimmed" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
          {account === self?.account ? t('mine', { text }) : `${author}: ${text}`}
        </Text>
      </div>
    </Link>
  )
}
