import type { Conversation, Message } from '@borgo/api'
import { Button, Center, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useNow } from '../../components/relative-time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { messagesQuery } from './chat-queries.ts'
import styles from './chat.module.css'
import { daysAgo, withBreaks } from './days.ts'
import { FoundAlone } from './found-alone.tsx'
import { MessageBubble } from './message-bubble.tsx'

interface MessageLogProps {
  conversation: Conversation
  onReply: (message: Message) => void
  /** Id of a message to scroll to. */
  sought: string | undefined
}

/** So many messages back the log is loaded to where a sought one stands; an older one is shown by itself. */
const MOST_LOADED = 2000

/** The messages, newest at the foot; older ones come when one scrolls up to where they begin. */
export function MessageLog({ conversation, onReply, sought }: MessageLogProps) {
  const { t } = useTranslation('chat')
  const messages = useInfiniteQuery(messagesQuery(conversation.group))
  const { data = [], hasNextPage, isFetchingNextPage, fetchNextPage } = messages
  const shown = useMemo(() => withBreaks(data), [data])
  const byId = useMemo(() => new Map(data.map(message => [message.id, message])), [data])
  const isMissing = messages.isSuccess && sought !== undefined && !byId.has(sought)
  const isSeeking = isMissing && hasNextPage && data.length < MOST_LOADED
  useEffect(() => {
    if (isSeeking && !isFetchingNextPage) void fetchNextPage()
  }, [isSeeking, isFetchingNextPage, fetchNextPage])

  if (messages.isPending)
    return (
      <div className={styles.log}>
        <Skeleton height={120} />
      </div>
    )
  if (messages.isError)
    return (
      <div className={styles.log}>
        <ErrorNotice error={messages.error} onRetry={() => void messages.refetch()} />
      </div>
    )
  return (
    <div className={styles.log} role="log" aria-label={t('log', { name: conversation.title })} tabIndex={0}>
      <div>
        {isMissing && !isSeeking && <FoundAlone group={conversation.group} message={sought} />}
        {data.length === 0 && <EmptyState title={t('first.title')}>{t('first.body')}</EmptyState>}
        {hasNextPage && <Older isBusy={isFetchingNextPage} onReach={fetchNextPage} />}
        <ol className={styles.messages}>
          {shown.map(({ message, beginsDay, beginsTurn }) => (
            <Fragment key={message.id}>
              {beginsDay && <Day at={message.sentAt} />}
              <MessageBubble
                message={message}
                isFirst={beginsTurn}
                isSought={message.id === sought}
                isDirect={conversation.kind === 'direct'}
                answered={message.reply === undefined ? undefined : (byId.get(message.reply) ?? 'unknown')}
                onReply={conversation.role === 'reader' ? undefined : onReply}
              />
            </Fragment>
          ))}
        </ol>
      </div>
    </div>
  )
}

function Day({ at }: { at: number }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const days = daysAgo(at, useNow())
  return <li className={styles.day}>{days === 0 ? t('today') : days === 1 ? t('yesterday') : format.date(at)}</li>
}

/** A button, so that the keyboard reaches it; it presses itself when it comes into view. */
function Older({ isBusy, onReach }: { isBusy: boolean; onReach: () => unknown }) {
  const { t } = useTranslation('chat')
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting) && !isBusy) onReach()
    })
    if (button.current) observer.observe(button.current)
    return () => observer.disconnect()
  }, [isBusy, onReach])
  return (
    <Center>
      <Button ref={button} size="compact-sm" variant="subtle" loading={isBusy} onClick={() => onReach()}>
        {t('older')}
      </Button>
    </Center>
  )
}
