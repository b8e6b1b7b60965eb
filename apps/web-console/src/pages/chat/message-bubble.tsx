import type { Message } from '@borgo/api'
import { ActionIcon, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconChecks } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { House } from '../../components/house.tsx'
import { TimeOff } from '../../components/time-off.tsx'
import { useFormat } from '../../i18n/format.ts'
import styles from './chat.module.css'

interface MessageBubbleProps {
  message: Message
  /** First of its author's turn: shows who speaks. */
  isFirst: boolean
  /** What somebody searched for: comes into view, and is marked. */
  isSought: boolean
  isDirect: boolean
  /** What it replies to; `unknown` when that is not loaded. */
  answered: Message | 'unknown' | undefined
  /** Left out where one may not write. */
  onReply: ((message: Message) => void) | undefined
}

export function MessageBubble({ message, isFirst, isSought, isDirect, answered, onReply }: MessageBubbleProps) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isSought) item.current?.scrollIntoView({ block: 'center' })
  }, [isSought])
  return (
    <li
      ref={item}
      className={styles.message}
      data-mine={message.mine}
      data-first={isFirst}
      aria-current={isSought ? 'true' : undefined}
    >
      {!message.mine && !isDirect && (
        <div className={styles.face}>{isFirst && <House id={message.account} size={32} />}</div>
      )}
      <div className={styles.bubble}>
        {isFirst && !message.mine && !isDirect && (
          <Text fz="sm" fw={600}>
            {message.author}
          </Text>
        )}
        {answered !== undefined && (
          <span className={styles.quote}>
            {answered === 'unknown' ? t('earlier') : `${answered.author}: ${answered.text}`}
          </span>
        )}
        <span className={styles.text}>{message.text}</span>
        <span className={styles.meta}>
          <time dateTime={new Date(message.sentAt).toISOString()} title={format.dateTime(message.sentAt)}>
            {format.time(message.sentAt)}
          </time>
          {message.isTimeOff && <TimeOff />}
          {message.mine && <Ticks message={message} />}
        </span>
      </div>
      {onReply && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          className={styles.action}
          aria-label={t('replyTo', { name: message.author })}
          onClick={() => onReply(message)}
        >
          <IconArrowBackUp size={16} />
        </ActionIcon>
      )}
    </li>
  )
}

/** One tick: saved here. Two: somebody has it. Two in colour: somebody read it. The words are in the tooltip. */
function Ticks({ message: { delivered, read } }: { message: Message }) {
  const { t } = useTranslation('chat')
  const label =
    read.length > 0
      ? t('status.read', { count: read.length })
      : delivered.length > 0
        ? t('status.delivered', { count: delivered.length })
        : t('status.stored')
  return (
    <Tooltip label={label}>
      <span style={{ display: 'inline-flex' }}>
        {delivered.length + read.length === 0 ? (
          <IconCheck size={15} aria-hidden />
        ) : (
          <IconChecks size={15} aria-hidden className={read.length > 0 ? styles.read : undefined} />
        )}
        <VisuallyHidden>{label}</VisuallyHidden>
      </span>
    </Tooltip>
  )
}
