import type { ContentFile, SharedContent } from '@borgo/api'
import { Anchor, Button, Progress, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { client } from '../../api/client.ts'
import { ByteSize } from '../../components/byte-size.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import styles from './content.module.css'
import { contentQuery, filesQuery, holdersQuery, useLiveContent } from './content-queries.ts'
import { DiscardButton } from './discard-button.tsx'
import { GetButton } from './get-button.tsx'
import { TransferList } from './transfer-list.tsx'

/** Files shown of a folder; the others are where the folder is. */
const FILES_SHOWN = 200

export function ContentDetailsPage() {
  const { t } = useTranslation('content')
  const { group = '', cid = '' } = useParams()
  useLiveContent()
  const content = useQuery(contentQuery(group))
  if (content.isPending) return <Skeleton height={240} radius="lg" />
  if (content.isError) return <ErrorNotice error={content.error} onRetry={() => void content.refetch()} />
  const found = content.data.find(each => each.cid === cid)
  if (found) return <Details content={found} />
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        title={t('missing.title')}
        actions={
          <Button component={Link} to={`/content?group=${group}`}>
            {t('details.back')}
          </Button>
        }
      >
        {t('missing.body')}
      </EmptyState>
    </>
  )
}

function Details({ content }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const { group, held, mayWithdraw, name, publishedAt, publisher } = content
  return (
    <>
      <Anchor component={Link} to={`/content?group=${group}`} fz="sm" className={styles.back ?? ''}>
        <IconArrowLeft size={16} aria-hidden />
        {t('details.back')}
      </Anchor>
      <PageHeader
        title={name}
        intro={
          <>
            {t('list.by', { name: publisher })} · <RelativeTime at={publishedAt} />
          </>
        }
        actions={
          <>
            {mayWithdraw && <WithdrawButton content={content} />}
            <DiscardButton content={content} />
            <GetButton content={content} size="sm" />
          </>
        }
      />
      <Stack gap="lg">
        {held.state === 'faulty' && (
          <Text c="var(--mantine-color-error)" role="alert">
            {t('details.faulty')} <span className={styles.path}>{held.path}</span>
          </Text>
        )}
        <TransferList cid={content.cid} />
        <Facts content={content} />
        <Holders content={content} />
        <Files content={content} />
      </Stack>
    </>
  )
}

function Facts({ content: { bytes, cid, held, mime } }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  return (
    <Section title={t('details.title')}>
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          <Table.Tr>
            <Table.Th w="8rem">{t('details.size')}</Table.Th>
            <Table.Td>
              <ByteSize bytes={bytes} />
            </Table.Td>
          </Table.Tr>
          {mime !== undefined && (
            <Table.Tr>
              <Table.Th>{t('details.type')}</Table.Th>
              <Table.Td className={styles.path ?? ''}>{mime}</Table.Td>
            </Table.Tr>
          )}
          <Table.Tr>
            <Table.Th>{t('details.id')}</Table.Th>
            <Table.Td>
              <CopyField value={cid} label={t('details.id')} keep={10} />
            </Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th>{t('details.here')}</Table.Th>
            <Table.Td className={styles.path ?? ''}>
              {held.state === 'whole' ? held.path : t(`held.${held.state}`)}
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Holders({ content: { cid, group } }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const format = useFormat()
  const holders = useQuery(holdersQuery(group, cid))
  return (
    <Section title={t('holders.title')} intro={t('holders.intro')}>
      {holders.isPending && <Skeleton height={60} />}
      {holders.isError && <ErrorNotice error={holders.error} onRetry={() => void holders.refetch()} />}
      {holders.data?.length === 0 && <Text c="dimmed">{t('holders.none')}</Text>}
      <Stack component="ul" gap="sm" className={styles.plain ?? ''}>
        {holders.data?.map(({ account, device, isSelf, name, percent, rttMs }) => (
          <li key={device} className={styles.holder}>
            <PeerName id={account ?? device} name={name} isSelf={isSelf} />
            <div className={styles.share}>
              <Text fz="sm" c="dimmed" className="tabular">
                {percent === undefined ? t('holders.busy') : format.percent(percent / 100)}
                {rttMs !== undefined && ` · ${format.milliseconds(rttMs)}`}
              </Text>
              <Progress value={percent ?? 0} color="olive" size="sm" aria-label={t('holders.share', { name })} />
            </div>
          </li>
        ))}
      </Stack>
    </Section>
  )
}

function Files({ content }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const { cid, files, group, held } = content
  const list = useQuery({
    ...filesQuery(group, cid),
    enabled: files !== undefined && held.state !== 'none',
    retry: false
  })
  if (files === undefined || !list.data) return null
  return (
    <Section title={t('files.title')}>
      <Table.ScrollContainer minWidth={280}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('files.name')}</Table.Th>
              <Table.Th ta="right">{t('details.size')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.data.slice(0, FILES_SHOWN).map(file => (
              <FileRow key={file.path} file={file} content={content} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {list.data.length > FILES_SHOWN && (
        <Text fz="sm" c="dimmed">
          {t('files.more', { count: list.data.length - FILES_SHOWN })}
        </Text>
      )}
    </Section>
  )
}

function FileRow({ content: { cid, group, held }, file }: { content: SharedContent; file: ContentFile }) {
  const href = client.content.download.url({ params: { group, cid }, query: { path: file.path } })
  return (
    <Table.Tr>
      <Table.Td className={styles.path ?? ''}>
        {held.state === 'whole' ? (
          <Anchor href={href} download={file.path.split('/').at(-1)}>
            {file.path}
          </Anchor>
        ) : (
          file.path
        )}
      </Table.Td>
      <Table.Td ta="right">
        <ByteSize bytes={file.bytes} />
      </Table.Td>
    </Table.Tr>
  )
}

function WithdrawButton({ content: { cid, group, name } }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, asking] = useDisclosure(false)
  const withdraw = useMutation({
    mutationFn: () => client.content.withdraw({ params: { group, cid } }),
    onSuccess: async () => {
      await navigate(`/content?group=${group}`)
      await queries.invalidateQueries({ queryKey: contentQuery(group).queryKey })
    }
  })
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t('withdraw.open')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('withdraw.title', { name })}
        action={t('withdraw.open')}
        onConfirm={() => withdraw.mutate()}
        isBusy={withdraw.isPending}
        error={withdraw.error}
      >
        {t('withdraw.body')}
      </ConfirmDialog>
    </>
  )
}
