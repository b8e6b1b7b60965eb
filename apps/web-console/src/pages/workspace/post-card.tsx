import type { Post } from '@borgo/api'
import { Button, Card, Group, Stack, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { House } from '../../components/house.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { TimeOff } from '../../components/time-off.tsx'
import { useFormat } from '../../i18n/format.ts'
import { POST_LENGTH } from './board-section.tsx'
import { postsQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

interface PostCardProps {
  workspace: string
  post: Post
}

/** One post; its author can change it or take it back. */
export function PostCard({ post, workspace }: PostCardProps) {
  const { t } = useTranslation('workspace')
  const format = useFormat()
  const [isEditing, editing] = useDisclosure(false)
  return (
    <Card component="li" mb="sm">
      <Group gap="sm" mb="xs" wrap="nowrap">
        <House id={post.account} size={28} />
        <div className={styles.words}>
          <Text fw={600} truncate>
            {post.author}
          </Text>
          <Text fz="xs" c="dimmed">
            <RelativeTime at={post.postedAt} /> {post.isTimeOff && <TimeOff />}
            {post.editedAt !== undefined && (
              <span title={format.dateTime(post.editedAt)}>{` · ${t('thread.edited')}`}</span>
            )}
          </Text>
        </div>
      </Group>
      {post.text === undefined ? (
        <Text c="dimmed" fs="italic">
          {t('thread.removed')}
        </Text>
      ) : isEditing ? (
        <EditPost workspace={workspace} post={post} text={post.text} onClose={editing.close} />
      ) : (
        <>
          <div className={styles.text}>{post.text}</div>
          {post.mine && <OwnActions workspace={workspace} post={post} onEdit={editing.open} />}
        </>
      )}
    </Card>
  )
}

function OwnActions({ onEdit, post, workspace }: PostCardProps & { onEdit: () => void }) {
  const { t } = useTranslation('workspace')
  const queries = useQueryClient()
  const [isAsking, asking] = useDisclosure(false)
  const remove = useMutation({
    mutationFn: () => client.workspaces.removePost({ params: { workspace, post: post.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: postsQuery(workspace, post.thread).queryKey })
  })
  return (
    <Group gap="xs" mt="xs">
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onEdit}>
        {t('thread.edit')}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={asking.open}>
        {t('thread.remove')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('thread.removeTitle')}
        action={t('thread.remove')}
        onConfirm={() => remove.mutate()}
        isBusy={remove.isPending}
        error={remove.error}
      >
        {t('thread.removeBody')}
      </ConfirmDialog>
    </Group>
  )
}

function EditPost({ onClose, post, text: before, workspace }: PostCardProps & { text: string; onClose: () => void }) {
  const { t } = useTranslation('workspace')
  const queries = useQueryClient()
  const [text, setText] = useState(before)
  const save = useMutation({
    mutationFn: (text: string) => client.workspaces.editPost({ params: { workspace, post: post.id }, body: { text } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: postsQuery(workspace, post.thread).queryKey })
      onClose()
    }
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (text.trim() !== '') save.mutate(text.trim())
      }}
    >
      <Stack gap="sm">
        {save.isError && <ErrorNotice error={save.error} />}
        <Textarea
          aria-label={t('thread.text')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          maxLength={POST_LENGTH}
          autosize
          minRows={3}
          maxRows={12}
          autoFocus
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('thread.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={text.trim() === ''}>
            {t('thread.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
