import type { SharedDocument, Workspace } from '@borgo/api'
import { Button, Group, Skeleton, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFileText, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { documentsQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

const TITLE_LENGTH = 200

export function DocumentsSection({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspace')
  const documents = useQuery(documentsQuery(workspace.id))
  const [isAdding, adding] = useDisclosure(false)
  const add = workspace.writable && !isAdding && (
    <Button size="compact-sm" variant="default" leftSection={<IconPlus size={16} />} onClick={adding.open}>
      {t('documents.add')}
    </Button>
  )
  return (
    <Section title={t('documents.title')} actions={add}>
      {isAdding && <NewDocument workspace={workspace.id} onClose={adding.close} />}
      {documents.isPending && <Skeleton height={60} />}
      {documents.isError && <ErrorNotice error={documents.error} onRetry={() => void documents.refetch()} />}
      {documents.data?.length === 0 && <Text c="dimmed">{t('documents.empty')}</Text>}
      <ul className={styles.plain}>
        {documents.data?.map(document => (
          <li key={document.id}>
            <DocumentEntry document={document} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function DocumentEntry({ document: { changedAt, id, title, workspace } }: { document: SharedDocument }) {
  const { t } = useTranslation('workspace')
  return (
    <Link to={`/workspace/${workspace}/documents/${id}`} className={styles.entry}>
      <IconFileText size={22} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
      <div className={styles.words}>
        <Text fw={500}>{title}</Text>
        <Text fz="sm" c="dimmed">
          {changedAt === undefined ? (
            t('documents.untouched')
          ) : (
            <>
              {t('documents.changed')} <RelativeTime at={changedAt} />
            </>
          )}
        </Text>
      </div>
    </Link>
  )
}

function NewDocument({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const { t } = useTranslation(['workspace', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [title, setTitle] = useState('')
  const create = useMutation({
    mutationFn: (title: string) => client.workspaces.createDocument({ params: { workspace }, body: { title } }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: documentsQuery(workspace).queryKey })
      await navigate(`/workspace/${workspace}/documents/${id}`)
    }
  })
  const given = title.trim()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (given !== '') create.mutate(given)
      }}
    >
      {create.isError && <ErrorNotice error={create.error} />}
      <TextInput
        label={t('documents.name')}
        value={title}
        onChange={event => setTitle(event.currentTarget.value)}
        maxLength={TITLE_LENGTH}
        autoFocus
      />
      <Group justify="flex-end" my="sm" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('components:cancel')}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={given === ''}>
          {t('documents.submit')}
        </Button>
      </Group>
    </form>
  )
}
