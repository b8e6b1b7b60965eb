import type { Workspace } from '@borgo/api'
import { ApiError } from '@borgo/api'
import { Button, Center, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { POST_LENGTH } from './board-section.tsx'
import { PostCard } from './post-card.tsx'
import { Missing, WithWorkspace } from './with-workspace.tsx'
import { OfflineNote } from './workspace-page.tsx'
import { postsQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

export function ThreadPage() {
  const { thread = '' } = useParams()
  return <WithWorkspace>{workspace => <Posts key={thread} workspace={workspace} thread={thread} />}</WithWorkspace>
}

/** A thread from its first post on, and the place to answer. */
function Posts({ thread: id, workspace }: { thread: string; workspace: Workspace }) {
  const { t } = useTranslation('workspace')
  const posts = useInfiniteQuery(postsQuery(workspace.id, id))
  const to = `/workspace/${workspace.id}`
  if (posts.isPending) return <Skeleton height={240} radius="lg" />
  if (posts.isError)
    return posts.error instanceof ApiError && posts.error.status === 404 ? (
      <Missing to={to} />
    ) : (
      <ErrorNotice error={posts.error} onRetry={() => void posts.refetch()} />
    )
  const title = posts.data.thread?.title ?? ''
  return (
    <>
      <BackLink to={to}>{t('thread.back', { name: workspace.name })}</BackLink>
      <PageHeader title={title} />
      <OfflineNote group={workspace.group} />
      {posts.hasNextPage && (
        <Center mb="sm">
          <Button
            size="compact-sm"
            variant="subtle"
            loading={posts.isFetchingNextPage}
            onClick={() => void posts.fetchNextPage()}
          >
            {t('thread.older')}
          </Button>
        </Center>
      )}
      <ol className={styles.plain} aria-label={t('thread.posts', { title })}>
        {posts.data.posts.map(post => (
          <PostCard key={post.id} workspace={workspace.id} post={post} />
        ))}
      </ol>
      {workspace.writable ? (
        <Answer workspace={workspace.id} thread={id} />
      ) : (
        <Text c="dimmed" mt="md">
          {t('readOnly')}
        </Text>
      )}
    </>
  )
}

function Answer({ thread, workspace }: { thread: string; workspace: string }) {
  const { t } = useTranslation('workspace')
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const reply = useMutation({
    mutationFn: (text: string) => client.workspaces.reply({ params: { workspace, thread }, body: { text } }),
    onSuccess: async () => {
      setText('')
      await queries.invalidateQueries({ queryKey: postsQuery(workspace, thread).queryKey })
    }
  })
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (text.trim() !== '') reply.mutate(text.trim())
      }}
    >
      <Stack gap="sm" mt="md">
        {reply.isError && <ErrorNotice error={reply.error} />}
        <Textarea
          label={t('thread.reply')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          maxLength={POST_LENGTH}
          autosize
          minRows={3}
          maxRows={12}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={reply.isPending} disabled={text.trim() === ''}>
            {t('thread.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
