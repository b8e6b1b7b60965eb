import type { Conversation } from '@borgo/api'
import { Badge, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { RelativeTime } from '../../components/relative-time.tsx'
import styles from './chat.module.css'
import { ConversationFace } from './conversation-face.tsx'

interface ConversationListProps {
  conversations: Conversation[]
  /** Group id of the one that is open. */
  chosen: string | undefined
}

export function ConversationList({ conversations, chosen }: ConversationListProps) {
  const { t } = useTranslation('chat')
  return (
    <ul className={styles.list} aria-label={t('conversations')}>
      {conversations.map(conversation => (
        <li key={conversation.group}>
          <Link
            to={`/chat/${conversation.group}`}
            className={styles.entry}
            aria-current={conversation.group === chosen ? 'page' : undefined}
          >
            <ConversationFace conversation={conversation} />
            <div className={styles.words}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text fw={conversation.unread > 0 ? 700 : 500} truncate>
                  {conversation.title}
                </Text>
                {conversation.last && (
                  <Text fz="xs" c="dimmed" style={{ flexShrink: 0 }}>
                    <RelativeTime at={conversation.last.sentAt} />
                  </Text>
                )}
              </Group>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text fz="sm" c="dimmed" truncate>
                  <Preview conversation={conversation} />
                </Text>
                {conversation.unread > 0 && (
                  <Badge
                    variant="filled"
                    circle={conversation.unread < 10}
                    aria-label={t('unread', { count: conversation.unread })}
                    role="img"
                  >
                    {conversation.unread}
                  </Badge>
                )}
              </Group>
            </div>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Preview({ conversation: { last, kind } }: { conversation: Conversation }) {
  const { t } = useTranslation('chat')
  if (!last) return t('nothing')
  if (last.mine) return t('mine', { text: last.text })
  return kind === 'direct' ? last.text : `${last.author}: ${last.text}`
}
