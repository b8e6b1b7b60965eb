import type { Thread, Workspace } from '@borgo/api'
import { Button, Group, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { House } from '../../components/house.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { threadsQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

const TITLE_LENGTH = 200
/** Longest post, UTF-16 units. */
export const POST_LENGTH = 20_000

export function BoardSection({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspace')
  const threads = useQuery(threadsQuery(workspace.id))
  const [isAdding, adding] = useDisclosure(false)
  const add = workspace.writable && !isAdding && (
    <Button size="compact-sm" variant="default" leftSection={<IconPlus size={16} />} onClick={adding.open}>
      {t('board.add')}
    </Button>
  )
  return (
    <Section title={t('board.title')} actions={add}>
      {isAdding && <NewThread workspace={workspace.id} onClose={adding.close} />}
      {threads.isPending && <Skeleton height={60} />}
      {threads.isError && <ErrorNotice error={threads.error} onRetry={() => void threads.refetch()} />}
      {threads.data?.length === 0 && <Text c="dimmed">{t('board.empty')}</Text>}
      <ul className={styles.plain}>
        {threads.data?.map(thread => (
          <li key={thread.id}>
            <ThreadEntry workspace={workspace.id} thread={thread} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function ThreadEntry({ thread, workspace }: { thread: Thread; workspace: string }) {
  const { t } = useTranslation('workspace')
  return (
    <Link to={`/workspace/${workspace}/threads/${thread.id}`} className={styles.entry}>
      <House id={thread.account} size={28} />
      <div className={styles.words}>
        <Text fw={500}>{thread.title}</Text>
        <Text fz="sm" c="dimmed">
          {t('board.by', { name: thread.author })} · {t('board.posts', { count: thread.posts })} ·{' '}
          <RelativeTime at={thread.lastPostAt} />
        </Text>
      </div>
    </Link>
  )
}

function NewThread({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation(['workspace', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const start = useMutation({
    mutationFn: (body: { title: string; text: string }) =>
      client.workspaces.startThread({ params: { workspace }, body }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: threadsQuery(workspace).queryKey })
      await navigate(`/workspace/${workspace}/threads/${id}`)
    }
  })
  const isComplete = title.trim() !== '' && text.trim() !== ''
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (isComplete) start.mutate({ title: title.trim(), text: text.trim() })
      }}
    >
      <Stack gap="sm" mb="sm">
        {start.isError && <ErrorNotice error={start.error} />}
        <TextInput
          label={t('board.subject')}
          value={title}
          onChange={event => setTitle(event.currentTarget.value)}
          maxLength={TITLE_LENGTH}
          autoFocus
        />
        <Textarea
          label={t('board.text')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          maxLength={POST_LENGTH}
          autosize
          minRows={3}
          maxRows={12}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('components:cancel')}
          </Button>
          <Button type="submit" loading={start.isPending} disabled={!isComplete}>
            {t('board.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
