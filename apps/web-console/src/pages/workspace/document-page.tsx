import type { Workspace } from '@borgo/api'
import { Alert, Button, Skeleton, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { House } from '../../components/house.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { Editor } from './editor.tsx'
import { LiveText } from './live-text.ts'
import type { LiveTextState, PersonHere } from './live-text.ts'
import { personColors } from './person-colors.ts'
import { Missing, WithWorkspace } from './with-workspace.tsx'
import { OfflineNote } from './workspace-page.tsx'
import { documentsQuery } from './workspace-queries.ts'
import styles from './workspace.module.css'

export function DocumentPage() {
  const { document = '' } = useParams()
  return (
    <WithWorkspace>{workspace => <Document key={document} workspace={workspace} document={document} />}</WithWorkspace>
  )
}

function Document({ document: id, workspace }: { document: string; workspace: Workspace }) {
  const { t } = useTranslation('workspace')
  const documents = useQuery(documentsQuery(workspace.id))
  // A new copy of the text for each time the node says that the old one is void.
  const [copy, setCopy] = useState(0)
  const to = `/workspace/${workspace.id}`
  if (documents.isPending) return <Skeleton height={240} radius="lg" />
  if (documents.isError) return <ErrorNotice error={documents.error} onRetry={() => void documents.refetch()} />
  const document = documents.data.find(each => each.id === id)
  if (!document) return <Missing to={to} />
  return (
    <>
      <BackLink to={to}>{t('thread.back', { name: workspace.name })}</BackLink>
      <PageHeader title={document.title} intro={workspace.writable ? undefined : t('readOnly')} />
      <OfflineNote group={workspace.group} />
      <Paper
        key={copy}
        workspace={workspace.id}
        document={id}
        title={document.title}
        onReset={() => setCopy(count => count + 1)}
      />
    </>
  )
}

interface PaperProps {
  workspace: string
  document: string
  title: string
  onReset: () => void
}

/** Connected as long as it is shown. */
function Paper({ document, onReset, title, workspace }: PaperProps) {
  const [live] = useState(() => new LiveText(workspace, document))
  const state = useSyncExternalStore(live.subscribe, live.state)
  useEffect(() => {
    live.connect()
    return () => live.disconnect()
  }, [live])
  const { connection, here, isReady, isSaved, isWritable } = state
  useEffect(() => {
    if (connection === 'reset') onReset()
  }, [connection, onReset])
  useLeaveWarning(!isSaved)
  return (
    <>
      <Ended connection={connection} />
      <div className={styles.paper}>
        <div className={styles.bar}>
          <Status state={state} />
          <People here={here} />
        </div>
        {isReady && live.awareness ? (
          <Editor live={live} awareness={live.awareness} title={title} isWritable={isWritable} />
        ) : (
          <Skeleton height={240} />
        )}
      </div>
    </>
  )
}

/** The browser asks before it closes a page with text that is not on the disk yet. */
function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isNeeded])
}

function Status({ state: { connection, isReady, isSaved, problem } }: { state: LiveTextState }) {
  const { t } = useTranslation('workspace')
  const isAway = connection === 'away'
  const text = isAway
    ? t('document.away')
    : !isReady
      ? t('document.connecting')
      : isSaved
        ? t('document.saved')
        : problem === undefined
          ? t('document.saving')
          : t('document.unsaved', { code: problem })
  return (
    <Text fz="sm" role="status" c={isAway || problem !== undefined ? 'var(--mantine-color-error)' : 'dimmed'}>
      {text}
    </Text>
  )
}

function People({ here }: { here: PersonHere[] }) {
  const { t } = useTranslation('workspace')
  if (here.length === 0) return null
  return (
    <ul className={styles.people} aria-label={t('document.here')}>
      {here.map(({ account, name, self }) => (
        <li key={account} className={styles.person} style={{ borderColor: personColors(account).color }}>
          <House id={account} size={20} />
          {self ? t('document.you', { name }) : name}
        </li>
      ))}
    </ul>
  )
}

function Ended({ connection }: { connection: LiveTextState['connection'] }) {
  const { t } = useTranslation('workspace')
  if (connection !== 'refused' && connection !== 'elsewhere') return null
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t(`document.${connection}.title`)}
      role="alert"
      mb="md"
    >
      <Text fz="sm">{t(`document.${connection}.body`)}</Text>
      <Button size="compact-sm" variant="default" mt="xs" onClick={() => location.reload()}>
        {t('document.reload')}
      </Button>
    </Alert>
  )
}
