import type { Conversation, Message } from '@borgo/api'
import { ActionIcon, CloseButton, Group, Text, Textarea } from '@mantine/core'
import { IconSend2 } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { conversationsQuery, messagesQuery } from './chat-queries.ts'
import styles from './chat.module.css'
import { useTyping } from './typing.ts'

const MOST_CHARACTERS = 8000

interface ComposerProps {
  conversation: Conversation
  /** What is being answered. */
  reply: Message | undefined
  onReplyDone: () => void
}

/** Where one writes. What could not be sent stays there. */
export function Composer({ conversation, reply, onReplyDone }: ComposerProps) {
  const { t } = useTranslation('chat')
  const { group, title } = conversation
  const queries = useQueryClient()
  const typing = useTyping(group)
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const send = useMutation({
    mutationFn: (text: string) =>
      client.chat.send({ params: { group }, body: { text, ...(reply && { reply: reply.id }) } }),
    onSuccess: async () => {
      setText('')
      onReplyDone()
      typing.stop()
      await Promise.all([
        queries.invalidateQueries({ queryKey: messagesQuery(group).queryKey }),
        queries.invalidateQueries({ queryKey: conversationsQuery.queryKey })
      ])
    }
  })
  useEffect(() => {
    if (reply) field.current?.focus()
  }, [reply])

  const submit = (): void => {
    if (text.trim() !== '' && !send.isPending) send.mutate(text.trim())
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      {send.isError && <ErrorNotice error={send.error} />}
      {reply && (
        <Group wrap="nowrap" gap="xs" mb={4}>
          <span className={styles.quote} style={{ flex: 1, margin: 0 }}>
            {reply.author}: {reply.text}
          </span>
          <CloseButton size="sm" aria-label={t('dropReply')} onClick={onReplyDone} />
        </Group>
      )}
      <Group wrap="nowrap" align="flex-end" gap="sm">
        <Textarea
          ref={field}
          style={{ flex: 1 }}
          aria-label={t('message', { name: title })}
          placeholder={t('placeholder')}
          value={text}
          onChange={event => {
            setText(event.currentTarget.value)
            if (event.currentTarget.value.trim() === '') typing.stop()
            else typing.go()
          }}
          onBlur={typing.stop}
          onKeyDown={onKeyDown}
          autosize
          minRows={1}
          maxRows={6}
          maxLength={MOST_CHARACTERS}
        />
        <ActionIcon
          type="submit"
          size={36}
          aria-label={t('send')}
          loading={send.isPending}
          disabled={text.trim() === ''}
        >
          <IconSend2 size={20} />
        </ActionIcon>
      </Group>
      <Text fz="xs" c="dimmed" mt={4} visibleFrom="sm">
        {t('keys')}
      </Text>
    </form>
  )
}
