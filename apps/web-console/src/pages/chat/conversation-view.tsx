import type { Conversation, Message } from '@borgo/api'
import { ActionIcon, Group, Text, Title } from '@mantine/core'
import { useDocumentVisibility } from '@mantine/hooks'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { conversationsQuery } from './chat-queries.ts'
import { filterOf, searchParameters } from './search-filter.tsx'
import styles from './chat.module.css'
import { Composer } from './composer.tsx'
import { ConversationFace } from './conversation-face.tsx'
import { MessageLog } from './message-log.tsx'

interface ConversationViewProps {
  conversation: Conversation
  /** Id of a message to show in its place. */
  sought: string | undefined
}

/** One conversation: its messages and the line to write the next one. */
export function ConversationView({ conversation, sought }: ConversationViewProps) {
  const { t } = useTranslation('chat')
  const [reply, setReply] = useState<Message>()
  const [search] = useSearchParams()
  const back = searchParameters(search.get('find') ?? '', filterOf(search))
  useReadMark(conversation)
  return (
    <>
      <div className={styles.top}>
        <ActionIcon
          component={Link}
          to={`/chat?${new URLSearchParams(back)}`}
          variant="subtle"
          color="gray"
          aria-label={t('back')}
          className={styles.back}
        >
          <IconArrowLeft size={20} />
        </ActionIcon>
        <ConversationFace conversation={conversation} />
        <Title order={2} fz="h3" lineClamp={1}>
          {conversation.title}
        </Title>
      </div>
      <MessageLog conversation={conversation} onReply={setReply} sought={sought} />
      <div className={styles.foot}>
        <Presence conversation={conversation} />
        {conversation.role === 'reader' ? (
          <Text c="dimmed">{t('readOnly')}</Text>
        ) : (
          <Composer conversation={conversation} reply={reply} onReplyDone={() => setReply(undefined)} />
        )}
      </div>
    </>
  )
}

/** What is on the screen of somebody who looks counts as read. */
function useReadMark({ group, unread, last }: Conversation): void {
  const queries = useQueryClient()
  const visibility = useDocumentVisibility()
  const { mutate } = useMutation({
    mutationFn: () => client.chat.markRead({ params: { group } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: conversationsQuery.queryKey })
  })
  const isDue = unread > 0 && visibility === 'visible'
  const newest = last?.id
  useEffect(() => {
    if (isDue) mutate()
  }, [isDue, newest, mutate])
}

/** Who is writing; or that nobody is there to read it now. */
function Presence({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('chat')
  const { data: groups = [] } = useQuery(groupsQuery)
  const members = groups.find(group => group.id === conversation.group)?.members ?? []
  const writing = members.filter(member => conversation.typing.includes(member.account) && !member.self)
  const isAlone = members.length > 1 && !members.some(member => member.online && !member.self)
  return (
    <Group mih={20} mb={4}>
      <Text fz="xs" c="dimmed" role="status">
        {writing.length > 0
          ? t('typing', { count: writing.length, names: writing.map(member => member.name).join(', ') })
          : isAlone && t('alone')}
      </Text>
    </Group>
  )
}
