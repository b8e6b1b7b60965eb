import type { Group } from '@borgo/api'
import { Button, Skeleton, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFolderShare } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { GroupPicker } from '../../components/group-picker.tsx'
import { mayWrite } from '../../components/may-write.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { ContentList } from './content-list.tsx'
import { contentQuery, useLiveContent } from './content-queries.ts'
import { DropArea } from './drop-area.tsx'
import { PublishPath } from './publish-path.tsx'
import { TransferList } from './transfer-list.tsx'

export function ContentPage() {
  const { t } = useTranslation('content')
  useLiveContent()
  return (
    <>
      <PageHeader title={t('title')} intro={t('intro')} />
      <GroupPicker>{group => <GroupContent key={group.id} group={group} />}</GroupPicker>
    </>
  )
}

function GroupContent({ group }: { group: Group }) {
  const { t } = useTranslation('content')
  const content = useQuery(contentQuery(group.id))
  const [isAsking, asking] = useDisclosure(false)
  return (
    <Stack gap="lg">
      {mayWrite(group) && (
        <div>
          <DropArea group={group.id} />
          <Button
            mt="sm"
            variant="default"
            leftSection={<IconFolderShare size={18} aria-hidden />}
            onClick={asking.open}
          >
            {t('path.open')}
          </Button>
          <PublishPath group={group.id} isOpen={isAsking} onClose={asking.close} />
        </div>
      )}
      <TransferList />
      {content.isPending && <Skeleton height={200} radius="lg" />}
      {content.isError && <ErrorNotice error={content.error} onRetry={() => void content.refetch()} />}
      {content.data?.length === 0 && (
        <EmptyState title={t('empty.title')}>{t(mayWrite(group) ? 'empty.body' : 'empty.reader')}</EmptyState>
      )}
      {content.data !== undefined && content.data.length > 0 && <ContentList content={content.data} />}
    </Stack>
  )
}
